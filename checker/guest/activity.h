#pragma once

#include <optional>
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

/// The loop in which `registers` stand, as the code in memory now shows it: from their RIP on
/// straight ahead, along jumps, until that leads back. Nothing where it does not, or where code
/// goes on that is not known before it has run.
std::optional<evidence::Loop> loop_at(const Machine& machine, const evidence::Registers& registers);

/// The lock that a CPU waits for, if it stands in lib::Spinlock::lock: the one object in its
/// registers that is taken and has a name. Nothing where several could be it. Its owner is one of
/// `cpus`.
std::optional<evidence::AwaitedLock> lock_awaited(const Machine& machine,
                                                  const evidence::Registers& registers,
                                                  const std::vector<evidence::Cpu>& cpus);

}  // namespace guest
