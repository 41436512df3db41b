#pragma once

#include <cstdint>

#include "lib/panic.h"
#include "sched/task.h"

namespace sched {

/// Tasks in the order in which they came, linked through their own records: nothing to allocate,
/// so nothing that could fail while the scheduler has a task in its hands. Not locked.
class TaskList {
  public:
    /// Adds `task` behind all others. It must be ready, and in no list.
    constexpr void push_back(Task& task) {
        ASSERT(task.state == TaskState::ready);
        ASSERT(!task.queued);
        task.queued = true;
        task.next = nullptr;
        (last_ == nullptr ? first_ : last_->next) = &task;
        last_ = &task;
        ++size_;
        movable_ += !task.pinned;
    }

    /// Removes and returns the first task, or null.
    constexpr Task* pop_front() { return first_ == nullptr ? nullptr : &unlink(nullptr, *first_); }

    /// Removes and returns the first task that may change its CPU, or null if there is none among
    /// the first `limit`.
    constexpr Task* take_movable(std::uint32_t limit) {
        Task* before = nullptr;
        for (Task* task = first_; task != nullptr && limit != 0; task = task->next, --limit) {
            if (!task->pinned) {
                return &unlink(before, *task);
            }
            before = task;
        }
        return nullptr;
    }

    constexpr std::uint32_t size() const { return size_; }
    /// How many of them are not pinned.
    constexpr std::uint32_t movable() const { return movable_; }

  private:
    constexpr Task& unlink(Task* before, Task& task) {
        (before == nullptr ? first_ : before->next) = task.next;
        if (last_ == &task) {
            last_ = before;
        }
        task.next = nullptr;
        task.queued = false;
        --size_;
        movable_ -= !task.pinned;
        return task;
    }

    Task* first_ = nullptr;
    Task* last_ = nullptr;
    std::uint32_t size_ = 0;
    std::uint32_t movable_ = 0;
};

}  // namespace sched
