// How a CPU died, as a log or a machine that has stopped tells it, of any kernel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "checker/evidence/evidence.h"

namespace causes {

/// The same instruction faulted again and again, each time lower on the stack: what it belongs to
/// was entered anew for each fault and never left.
struct Recursion {
    evidence::Exception every;                 // each of them
    std::size_t count = 0;                     // of those that were kept
    std::optional<evidence::Exception> began;  // what was logged before the first of them
};

/// Who tells of a CPU's state, where that is no log of an engine's.
enum class Reporter { kvm, firmware, virtualbox };

struct Autopsy {
    evidence::Engine engine = evidence::Engine::qemu;
    std::string version;               // of the engine, where the log has it
    std::optional<Reporter> reporter;  // nothing: the engine's own log
    std::string said;                  // by the reporter, before the registers
    std::size_t triple_faults = 0;     // of which this is about the first
    std::size_t exceptions = 0;        // that were logged
    std::optional<unsigned> cpu;       // that died, where the log says which
    unsigned cpus = 0;                 // 0 where the log does not say
    bool reset_hides_it = false;  // the log has the reset after it, and no CPU as that found it

    std::vector<evidence::Exception> chain;     // that ended in the triple fault, oldest first
    std::optional<std::uint8_t> interrupt;      // whose delivery failed with the oldest
    bool int_instruction = false;               // which was an INT n, by the log
    std::optional<evidence::Registers> before;  // as the oldest exception found that CPU
    evidence::Location stood_at;                // its RIP then
    std::vector<std::byte> code;                // there, where the log itself has it
    bool after_control_register =
        false;                  // by the ELF file, CR0 or another was written right before
    bool has_tables = false;    // GDT and IDT are among them
    bool has_efer = true;       // and EFER
    bool cut_out = false;       // the registers were printed, and somebody has taken them out
    bool resets_alone = false;  // the log has CPUs that were reset, and nothing of exceptions
    bool has_memory = false;    // page tables and descriptors could be looked at, and are shown
    std::vector<evidence::Registers> others;   // of other CPUs, or at other times
    std::vector<evidence::Exception> earlier;  // the last that are no part of the chain
    std::optional<Recursion> recursion;
    std::vector<std::string> words;  // what the engine said of that CPU last

    const evidence::Exception* oldest() const { return chain.empty() ? nullptr : &chain.front(); }
};

}  // namespace causes
