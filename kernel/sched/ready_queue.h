#pragma once

#include <utility>

#include "lib/panic.h"
#include "lib/spinlock.h"
#include "sched/task.h"

namespace sched {

/// The tasks that wait for one CPU, in the order in which they came. They are linked through their
/// own records, so a queue allocates nothing. Any CPU may add a task, and take one. The lock is
/// held only in here, where no second lock is taken: there is no lock order to keep.
class ReadyQueue {
  public:
    /// Adds `task` behind all others. Its registers must be saved and its stack out of use: another
    /// CPU may run it before push() returns. Panics if it is running.
    void push(Task& task) {
        ASSERT(task.stack_pointer != 0 && !task.finished);
        const lib::LockGuard guard{lock_};
        task.next = nullptr;
        (first_ == nullptr ? first_ : last_->next) = &task;
        last_ = &task;
    }

    /// Removes and returns the task that has waited longest, or null.
    Task* pop() {
        const lib::LockGuard guard{lock_};
        return first_ == nullptr ? nullptr : std::exchange(first_, first_->next);
    }

  private:
    lib::Spinlock lock_{"ready queue"};
    Task* first_ = nullptr;
    Task* last_ = nullptr;  // meaningless while there is no first
};

}  // namespace sched
