// What a CPU waits for that does not come on.
#pragma once

#include <optional>
#include <vector>

#include "checker/guest/machine.h"

namespace guest {

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
