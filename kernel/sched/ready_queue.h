#pragma once

#include <atomic>
#include <cstdint>

#include "lib/spinlock.h"
#include "sched/policy.h"
#include "sched/task_list.h"

namespace sched {

/// The tasks that wait for one CPU. Any CPU may add one, and take one away.
///
/// Lock order: there is none to keep. A queue's lock is held only inside these functions, which
/// take no second lock, so no CPU ever holds two of them; a task on its way from queue to queue is
/// in neither, and belongs to the CPU that carries it. The lock also carries everything written to
/// the task before, its saved registers first of all, to the CPU that takes it out.
class ReadyQueue {
  public:
    /// Adds a ready task behind all others. Its stack must not be in use any more.
    void push(Task& task);

    /// Removes and returns the task that has waited longest, or null.
    Task* pop();

    /// Removes and returns the first task that is not pinned, or null. Looks at a few only: the
    /// thief holds up the queue's own CPU meanwhile.
    Task* take_movable();

    /// Counts without the lock, for choosing where to look: hints. `running` stays 0.
    Load load() const;

  private:
    static constexpr std::uint32_t search_limit = 8;

    void publish();

    lib::Spinlock lock_{"ready queue"};
    TaskList tasks_;
    // Copies of the list's sizes. Relaxed: nothing is read on the strength of them.
    std::atomic<std::uint32_t> waiting_{0};
    std::atomic<std::uint32_t> movable_{0};
};

}  // namespace sched
