// What any emulator leaves of a machine that has stopped, and what follows from it.
#pragma once

#include <functional>
#include <vector>

#include "checker/evidence/evidence.h"
#include "checker/guest/memory.h"
#include "checker/guest/symbols.h"

namespace guest {

struct Machine {
    const lib::PhysicalMemory& memory;
    const Symbols& symbols;
    CpuModel model = {};

    /// Memory as the CPU with these registers sees it. Both have to outlive that.
    LinearMemory seen_with(const evidence::Registers& registers) const {
        return {memory, model, registers};
    }
};

/// What the engine's log has of an exception that was found on the stack of CPU `cpu`: that
/// exception with all that is known of it, after those whose delivery led to it, oldest first;
/// nothing where it has none such.
using FromLog =
    std::function<std::vector<evidence::Exception>(unsigned cpu, const evidence::Exception& found)>;

/// A place in the code that a CPU runs, with the instruction as it lies in memory now (as it was
/// linked, where memory cannot be read). `rip` is in the code segment of `registers`.
evidence::Location locate(const Machine& machine, const evidence::Registers& registers,
                          std::uint64_t rip);

/// Fills in what memory and symbols tell of evidence in which the engine has put the registers, the
/// dead CPU and its last exceptions: traces, the panic, where each CPU stands, what it has mapped
/// in the lower half, the traps that it is still handling (before those last exceptions), and the
/// walk for the first page fault.
void examine(const Machine& machine, const FromLog& from_log, evidence::Evidence& evidence);

/// What the kernel prints of a panic (kernel/cpu/trap_report.h), with the names of its functions:
/// each address of an instruction and of a caller gets one behind it, "smp::init_percpu+0x2c",
/// unless it has one. Pure.
std::string with_names(std::string_view text, const Symbols& symbols);

}  // namespace guest
