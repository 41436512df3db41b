#pragma once

#include <vector>

#include "checker/guest/machine.h"
#include "cpu/traps.h"

namespace guest {

/// What a CPU has not returned from, innermost first.
struct CallStack {
    std::vector<std::uint64_t> sites;   // in each CALL, and of what each trap interrupted
    std::vector<cpu::TrapFrame> traps;  // those among them
};

/// As its kernel stack tells: code that keeps frame pointers is followed from `frame_pointer`
/// outwards, and each trap handler's caller left a cpu::TrapFrame. It ends where the chain is
/// broken; an address in it may be no code at all.
CallStack call_stack(const LinearMemory& memory, std::uint64_t frame_pointer);

/// The same as places, as far as the kernel's own code goes, for a CPU that stands at `where`.
std::vector<evidence::Location> callers(const Machine& machine,
                                        const evidence::Registers& registers,
                                        const evidence::Location& where, const CallStack& stack);

}  // namespace guest
