#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "checker/look/standing.h"

namespace look {

/// What a debugger can ask about CPUs, by the names of the commands in tools/debug.gdb.
struct Question {
    std::string what;
    std::optional<std::uint64_t> address;  // to walk
    std::optional<unsigned> cpu;           // else that of GDB's thread, or all
    unsigned thread = 1;
    bool all = false;
};

/// The names of all questions.
std::vector<std::string> questions();

/// The answer, for a terminal of 80 columns, in the words of a report. Throws checker::Error where
/// the question has none.
std::string answer(const Question& question, const Standing& standing);

// The answers that come from tables in memory.

/// The entries that lead to a linear address, where each of them lies, and what they allow.
std::string walk(const Standing& standing, const evidence::Cpu& cpu, std::uint64_t address);

/// GDTR, and the descriptors in that table, those that the CPU has loaded marked.
std::string gdt(const Standing& standing, const evidence::Cpu& cpu);

/// IDTR, and the gates of the exceptions that kill.
std::string idt(const Standing& standing, const evidence::Cpu& cpu);

}  // namespace look
