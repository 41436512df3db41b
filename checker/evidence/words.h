// What evidence is called: the one renderer of a place, an exception, a page walk, a mode.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "checker/evidence/evidence.h"
#include "checker/evidence/questions.h"
#include "x86/exception.h"

namespace evidence {

/// Rows as lines: what stands below each other begins in the same column. No line ends in a blank.
std::vector<std::string> columns(std::span<const std::vector<std::string>> rows,
                                 std::string_view gap = "  ");

/// "kernel/smp/per_cpu.cc:31", else the symbol: for sentences.
std::string lines_of(const Location& location);

/// "kernel/smp/per_cpu.cc:31 in smp::init_percpu", as much of it as is known; else the address.
std::string place(const Location& location);

/// "mov [rax], 1   main.c:31 in start", as much of it as is known; else the address.
std::string describe(const Location& location);
/// Where a CPU stands when a run has ended. At which instruction of a loop that is, is chance: of
/// one the beginning is told.
Location stand(const Cpu& cpu);
std::string describe_stand(const Cpu& cpu);

/// The names of a page fault's bits: "W RSVD"; empty where none is set.
std::string bit_names(x86::PageFaultError error);

/// An error code in words: "W RSVD: a write, an entry has a reserved bit set", "selector 0x18,
/// entry 3 of the GDT", "gate 14 of the IDT"; empty where the vector's code says nothing.
std::string error_in_words(const Cpu& cpu, const Exception& exception);

/// The same after "#PF 0x000a  "; what the vector is called, where there is no such code.
std::string describe(const Cpu& cpu, const Exception& exception);

/// "#PF 0x0a (W RSVD), then #GP, #DF, triple fault"
std::string describe_chain(const Cpu& cpu, End end);

/// "PDPT[0]"
std::string name_of(const x86::WalkStep& step);

/// "PML4[511] > PDPT[510] > PD[0] > PT[18]" and, below it, the entry where the walk ended.
std::vector<std::string> describe_walk(const x86::PageWalk& walk);

/// "real mode", "32-bit, PAE", "64-bit"
std::string_view short_name(Mode mode);

/// "64-bit long mode, ring 0, interrupts off"
std::string describe_mode(const Registers& registers);

}  // namespace evidence
