#include "sched/ready_queues.h"

#include <array>
#include <atomic>
#include <doctest/doctest.h>
#include <memory>
#include <thread>
#include <vector>

#include "../lib/host_cpu.h"

namespace {

using sched::CpuIndex;
using sched::CpuQueue;
using sched::ReadyQueues;
using sched::Task;

class Queues : public ReadyQueues {
  public:
    explicit Queues(CpuIndex count) : cpus_{std::make_unique<CpuQueue[]>(count)} {
        open({cpus_.get(), count});
    }

  private:
    std::unique_ptr<CpuQueue[]> cpus_;
};

TEST_CASE("a pushed task belongs to the CPU that it was pushed to, and counts there") {
    Queues queues{3};
    Task task;
    queues.push(2, task);
    CHECK(task.cpu == 2);
    CHECK(queues.load(2).total() == 1);
    CHECK(queues.least_loaded() == 0);
    CHECK(queues.pop(0) == nullptr);
    CHECK(queues.pop(2) == &task);
    CHECK(queues.load(2).total() == 0);
}

TEST_CASE("tasks spawned one after another spread evenly, running ones included") {
    Queues queues{4};
    queues.set_running(1, true);
    std::array<Task, 7> tasks;
    for (Task& task : tasks) {
        queues.push(queues.least_loaded(), task);
    }
    for (CpuIndex cpu = 0; cpu < 4; ++cpu) {
        CHECK(queues.load(cpu).total() == 2);
    }
}

TEST_CASE("an idle CPU pulls a waiting task; the move is counted") {
    Queues queues{2};
    std::array<Task, 2> tasks;
    queues.set_running(0, true);
    queues.push(0, tasks[0]);
    CHECK(queues.pull(1, 2) == &tasks[0]);
    CHECK(tasks[0].cpu == 1);
    CHECK(tasks[0].account.migrations.read() == 1);
    CHECK(queues.pull(1, 2) == nullptr);
}

TEST_CASE("pinned tasks are not pulled, however long the queue") {
    Queues queues{2};
    std::array<Task, 20> tasks;
    for (Task& task : tasks) {
        task.pinned = true;
        queues.push(0, task);
    }
    CHECK(queues.pull(1, 2) == nullptr);

    Task movable;
    queues.push(0, movable);
    CHECK(queues.pull(1, 2) == nullptr);  // too far behind, for now
    while (queues.load(0).total() > 3) {
        queues.pop(0);
    }
    CHECK(queues.pull(1, 2) == &movable);
}

TEST_CASE("successive pulls go on where the last one stopped looking") {
    Queues queues{32};
    std::array<Task, 3> tasks;
    for (Task& task : tasks) {
        queues.push(29, task);
    }
    int pulls = 1;
    while (queues.pull(5, 8) == nullptr) {
        ++pulls;
        REQUIRE(pulls <= 4);
    }
    CHECK(pulls == 4);
}

TEST_CASE("a count of CPUs beyond the records is refused") {
    CHECK_THROWS(Queues{0});
    CHECK_THROWS(Queues{sched::max_cpus + 1});
}

TEST_CASE("real threads as CPUs: no task is ever held by two of them, and none gets lost") {
    constexpr CpuIndex cpus = 4;
    constexpr std::uint64_t runs_each = 20000;
    struct Counted {
        Task task;
        std::atomic<int> holders{0};
        std::uint64_t runs = 0;  // not atomic: the queues alone must order its increments
    };
    std::array<Counted, 13> counted;
    Queues queues{cpus};
    for (std::size_t i = 0; i < counted.size(); ++i) {
        counted[i].task.argument = &counted[i];
        counted[i].task.pinned = i % 4 == 0;
        queues.push(i % 4 == 0 ? static_cast<CpuIndex>(i) % cpus : 0, counted[i].task);
    }
    std::atomic<CpuIndex> started{0};
    std::atomic<std::size_t> finished{0};
    std::atomic<int> doubles{0};
    std::vector<std::thread> threads;
    for (CpuIndex self = 0; self < cpus; ++self) {
        threads.emplace_back([&, self] {
            host_cpu::become(self);
            started.fetch_add(1);
            while (started.load() < cpus) {
                std::this_thread::yield();
            }
            while (finished.load() < counted.size()) {
                Task* task = queues.pop(self);
                if (task == nullptr) {
                    task = queues.pull(self, cpus);
                }
                if (task == nullptr) {
                    std::this_thread::yield();
                    continue;
                }
                queues.set_running(self, true);
                auto& own = *static_cast<Counted*>(task->argument);
                doubles += own.holders.fetch_add(1) != 0 || task->cpu != self;
                const bool last = ++own.runs == runs_each;
                own.holders.fetch_sub(1);
                queues.set_running(self, false);
                if (last) {
                    finished.fetch_add(1);
                } else {
                    queues.push(task->pinned ? self : (self + 1) % cpus, *task);
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(doubles.load() == 0);
    for (const Counted& one : counted) {
        CHECK(one.runs == runs_each);
        CHECK_FALSE(one.task.queued);
    }
}

}  // namespace
