#include "sched/ready_queue.h"

#include <array>
#include <atomic>
#include <doctest/doctest.h>
#include <thread>
#include <vector>

#include "../lib/host_cpu.h"

namespace {

using sched::ReadyQueue;
using sched::Task;

/// A task that has run before, so that its registers are saved somewhere.
struct SavedTask : Task {
    SavedTask() { stack_pointer = 0x1000; }
};

TEST_CASE("a queue gives tasks back in the order in which they came") {
    std::array<SavedTask, 3> tasks;
    ReadyQueue queue;
    CHECK(queue.pop() == nullptr);
    for (SavedTask& task : tasks) {
        queue.push(task);
    }
    CHECK(queue.pop() == &tasks[0]);
    queue.push(tasks[0]);
    CHECK(queue.pop() == &tasks[1]);
    CHECK(queue.pop() == &tasks[2]);
    CHECK(queue.pop() == &tasks[0]);
    CHECK(queue.pop() == nullptr);
    queue.push(tasks[2]);
    CHECK(queue.pop() == &tasks[2]);
}

TEST_CASE("a task that runs, or has finished, is refused") {
    ReadyQueue queue;
    Task running;
    CHECK_THROWS(queue.push(running));
    SavedTask finished;
    finished.finished = true;
    CHECK_THROWS(queue.push(finished));
    CHECK(queue.pop() == nullptr);
}

TEST_CASE("real threads as CPUs: no task is ever held by two of them, and none gets lost") {
    constexpr std::size_t cpus = 4;
    constexpr std::uint32_t runs_each = 20000;
    std::array<SavedTask, 13> tasks;
    std::array<std::atomic<int>, tasks.size()> holders{};
    std::array<ReadyQueue, cpus> queues;
    for (std::uint32_t i = 0; i < tasks.size(); ++i) {
        tasks[i].number = i;
        queues[0].push(tasks[i]);
    }
    std::atomic<std::size_t> finished{0};
    std::atomic<int> doubles{0};
    std::vector<std::thread> threads;
    for (std::uint32_t self = 0; self < cpus; ++self) {
        threads.emplace_back([&, self] {
            host_cpu::become(self);
            while (finished < tasks.size()) {
                Task* task = queues[self].pop();
                if (task == nullptr) {
                    task = queues[(self + 1) % cpus].pop();
                }
                if (task == nullptr) {
                    std::this_thread::yield();
                    continue;
                }
                doubles += holders[task->number]++ != 0;
                ++task->runs;  // not atomic: the queues' locks alone order it
                --holders[task->number];
                if (task->runs == runs_each) {
                    ++finished;
                } else {
                    queues[(self + task->runs) % cpus].push(*task);
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(doubles == 0);
    for (const Task& task : tasks) {
        CHECK(task.runs == runs_each);
    }
}

}  // namespace
