#pragma once

#include "checker/evidence/evidence.h"
#include "checker/guest/machine.h"

namespace guest {

/// The lock that a CPU waits for, if it stands in lib::Spinlock::lock: the one object in its
/// registers that is taken and has a name. Nothing where several could be it. `owner` is empty;
/// `token` is what the lock has for its owner.
struct FoundLock {
    evidence::AwaitedLock lock;
    std::uint32_t token = 0;
};
std::optional<FoundLock> lock_awaited(const Machine& machine, const evidence::Registers& registers);

/// The CPU that has this lib::cpu_token, by the APIC ids of the records.
std::optional<unsigned> cpu_of_token(const std::vector<evidence::Cpu>& cpus, std::uint32_t token);

}  // namespace guest
