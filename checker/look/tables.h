// What a CPU reads from tables in memory, in lines for a terminal.
#pragma once

#include <cstdint>
#include <string>

#include "checker/look/standing.h"

namespace look {

/// The entries that lead to a linear address, where each of them lies, and what they allow.
std::string walk(const Standing& standing, const evidence::Cpu& cpu, std::uint64_t address);

/// GDTR, and the descriptors in that table, those that the CPU has loaded marked.
std::string gdt(const Standing& standing, const evidence::Cpu& cpu);

/// IDTR, and the gates of the exceptions that kill.
std::string idt(const Standing& standing, const evidence::Cpu& cpu);

}  // namespace look
