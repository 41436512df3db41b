// One CPU of a machine that stands, in lines for a terminal.
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

/// EFER, CR0 and CR4 by their bits, an AP's beside the BSP's.
std::string control(const Standing& standing, const evidence::Cpu& cpu);

/// The letters that it has left, and where it stands.
std::string trace(const Standing& standing, const evidence::Cpu& cpu);

/// Its GS base, and its record.
std::string record(const Standing& standing, const evidence::Cpu& cpu);

/// Its APIC; of the BSP also what the kernel has sent to wake the others.
std::string lapic(const Standing& standing, const evidence::Cpu& cpu);

/// The next instructions, in the size in which that CPU reads them.
std::string code(const Standing& standing, const evidence::Cpu& cpu);

/// After the machine's end how that came about, else nothing.
std::string ended(const Standing& standing, const evidence::Cpu& cpu);

/// What a person is told where GDB itself would mislead: the same, and in 16- and 32-bit code
/// which instruction is next.
std::string stop(const Standing& standing, const evidence::Cpu& cpu);

}  // namespace look
