#include "sched/ready_queue.h"

namespace sched {

void ReadyQueue::push(Task& task) {
    const lib::LockGuard guard{lock_};
    tasks_.push_back(task);
    publish();
}

Task* ReadyQueue::pop() {
    const lib::LockGuard guard{lock_};
    Task* const task = tasks_.pop_front();
    publish();
    return task;
}

Task* ReadyQueue::take_movable() {
    const lib::LockGuard guard{lock_};
    Task* const task = tasks_.take_movable(search_limit);
    publish();
    return task;
}

Load ReadyQueue::load() const {
    return {.running = 0,
            .waiting = waiting_.load(std::memory_order_relaxed),
            .movable = movable_.load(std::memory_order_relaxed)};
}

void ReadyQueue::publish() {
    waiting_.store(tasks_.size(), std::memory_order_relaxed);
    movable_.store(tasks_.movable(), std::memory_order_relaxed);
}

}  // namespace sched
