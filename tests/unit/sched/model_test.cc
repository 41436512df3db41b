#include <algorithm>
#include <deque>
#include <doctest/doctest.h>
#include <memory>
#include <random>
#include <set>
#include <vector>

#include "sched/ready_queues.h"

/// A machine without instructions: what the CPUs do to the queues, in random order, against a plain
/// account of where every task must be.
namespace {

using sched::CpuIndex;
using sched::CpuQueue;
using sched::ReadyQueues;
using sched::Task;
using sched::TaskState;

class Machine {
  public:
    Machine(CpuIndex cpus, unsigned seed)
        : random_{seed}, cpus_{std::make_unique<CpuQueue[]>(cpus)}, current_(cpus, nullptr) {
        queues_.open({cpus_.get(), cpus});
    }

    void step() {
        const CpuIndex cpu = pick(cpus());
        switch (pick(7)) {
            case 0:
                return spawn();
            case 1:
                return find_work(cpu);
            case 2:
            case 3:
                return tick(cpu);
            case 4:
                return stop(cpu, TaskState::finished);
            case 5:
                return join(cpu);
            default:
                return balance(cpu);
        }
    }

    /// Every task is in exactly one place, and the published loads are the true ones.
    void check() const {
        std::vector<std::uint32_t> waiting(cpus());
        for (const Task& task : tasks_) {
            const auto running = std::count(current_.begin(), current_.end(), &task);
            REQUIRE(running == (task.state == TaskState::running));
            REQUIRE(task.queued == (task.state == TaskState::ready));
            REQUIRE((!task.pinned || task.account.migrations.read() == 0));
            if (running == 1) {
                REQUIRE(current_[task.cpu] == &task);
            }
            waiting[task.cpu] += task.queued;
        }
        for (CpuIndex cpu = 0; cpu < cpus(); ++cpu) {
            REQUIRE(queues_.load(cpu).waiting == waiting[cpu]);
            REQUIRE(queues_.load(cpu).running == (current_[cpu] != nullptr));
        }
    }

    /// Runs what is left to its end; every task must come out, once.
    void drain() {
        for (std::size_t round = 0; finished() < tasks_.size(); ++round) {
            REQUIRE(round < 10 * tasks_.size() + 10);
            for (CpuIndex cpu = 0; cpu < cpus(); ++cpu) {
                find_work(cpu);
                stop(cpu, TaskState::finished);
            }
        }
        check();
    }

  private:
    CpuIndex cpus() const { return static_cast<CpuIndex>(current_.size()); }
    CpuIndex pick(CpuIndex count) { return static_cast<CpuIndex>(random_() % count); }

    std::size_t finished() const {
        return static_cast<std::size_t>(
            std::count_if(tasks_.begin(), tasks_.end(),
                          [](const Task& task) { return task.state == TaskState::finished; }));
    }

    void spawn() {
        Task& task = tasks_.emplace_back();
        task.pinned = pick(4) == 0;
        const bool anywhere = !task.pinned && pick(2) == 0;
        queues_.push(anywhere ? queues_.least_loaded() : pick(cpus()), task);
    }

    void run(CpuIndex cpu, Task* task) {
        current_[cpu] = task;
        queues_.set_running(cpu, task != nullptr);
        if (task != nullptr) {
            REQUIRE(task->state == TaskState::ready);
            REQUIRE(task->cpu == cpu);
            task->state = TaskState::running;
        }
    }

    void find_work(CpuIndex cpu) {
        if (current_[cpu] == nullptr) {
            Task* const own = queues_.pop(cpu);
            run(cpu, own != nullptr ? own : queues_.pull(cpu, cpus()));
        }
    }

    void tick(CpuIndex cpu) {
        Task* const previous = current_[cpu];
        if (previous == nullptr) {
            return;
        }
        if (Task* const next = queues_.pop(cpu)) {
            run(cpu, next);
            previous->state = TaskState::ready;
            queues_.push(cpu, *previous);
        }
    }

    void balance(CpuIndex cpu) {
        if (Task* const task = queues_.pull(cpu, 2)) {
            queues_.push(cpu, *task);
        }
    }

    void stop(CpuIndex cpu, TaskState why) {
        Task* const previous = current_[cpu];
        if (previous == nullptr) {
            return;
        }
        run(cpu, queues_.pop(cpu));
        previous->state = why;
        if (why == TaskState::finished) {
            if (Task* const joiner = previous->completion.complete()) {
                joiner->state = TaskState::ready;
                queues_.push(joiner->cpu, *joiner);
            }
        } else if (!previous->joins->completion.wait_by(*previous)) {
            previous->state = TaskState::ready;
            queues_.push(cpu, *previous);
        }
    }

    /// The current task waits for a younger one that nobody waits for yet: no circle can arise.
    void join(CpuIndex cpu) {
        Task* const waiter = current_[cpu];
        if (waiter == nullptr) {
            return;
        }
        const std::size_t target = index_of(*waiter) + 1 + pick(3);
        if (target < tasks_.size() && joined_.insert(target).second) {
            waiter->joins = &tasks_[target];
            stop(cpu, TaskState::waiting);
        }
    }

    std::size_t index_of(const Task& wanted) const {
        std::size_t index = 0;
        while (&tasks_[index] != &wanted) {
            ++index;
        }
        return index;
    }

    std::mt19937 random_;
    std::unique_ptr<CpuQueue[]> cpus_;
    ReadyQueues queues_;
    std::deque<Task> tasks_;
    std::vector<Task*> current_;
    std::set<std::size_t> joined_;
};

TEST_CASE("random operations never lose, duplicate or misplace a task") {
    for (const CpuIndex cpus : {1U, 2U, 4U, 33U}) {
        for (unsigned seed = 1; seed <= 8; ++seed) {
            CAPTURE(cpus);
            CAPTURE(seed);
            Machine machine{cpus, seed};
            for (int i = 0; i < 300; ++i) {
                machine.step();
                machine.check();
            }
            machine.drain();
        }
    }
}

}  // namespace
