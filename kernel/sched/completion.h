#pragma once

#include <atomic>
#include <cstdint>

#include "lib/panic.h"

namespace sched {

struct Task;

/// Where a task that ends meets the task that waits for it. One word holds the whole story: nothing
/// yet, the waiter, or "complete"; each side changes it once, so that one of them always sees the
/// other. Both act only after their own stack has been left, so whoever is handed a task here may
/// run it, or free it, at once.
//
/// Every access that hands something over releases and acquires: complete() publishes what the task
/// did, wait_by() and is_complete() receive it, and the other way round for the waiter's registers.
class Completion {
  public:
    /// Leaves `waiter` to be returned by complete(). False if it is too late for that: the caller
    /// keeps the waiter and makes it ready. At most one task may wait.
    bool wait_by(Task& waiter) {
        std::uintptr_t word = pending;
        const bool waits =
            word_.compare_exchange_strong(word, reinterpret_cast<std::uintptr_t>(&waiter),
                                          std::memory_order_acq_rel, std::memory_order_acquire);
        ASSERT(waits || word == done);
        return waits;
    }

    /// Returns the waiter, now the caller's to make ready, or null. The finished task must not be
    /// touched afterwards: its joiner may already have freed it.
    Task* complete() {
        return reinterpret_cast<Task*>(word_.exchange(done, std::memory_order_acq_rel));
    }

    bool is_complete() const { return word_.load(std::memory_order_acquire) == done; }

  private:
    static constexpr std::uintptr_t pending = 0;
    static constexpr std::uintptr_t done = 1;  // no task lies at an odd address

    std::atomic<std::uintptr_t> word_{pending};
};

}  // namespace sched
