#include "sched/ready_queues.h"

#include <algorithm>

namespace sched {

void ReadyQueues::open(std::span<CpuQueue> cpus) {
    ASSERT(!cpus.empty() && cpus.size() <= max_cpus);
    cpus_ = cpus;
}

void ReadyQueues::push(CpuIndex cpu, Task& task) {
    ASSERT(cpu < count());
    task.cpu = cpu;
    cpus_[cpu].ready.push(task);
}

Task* ReadyQueues::pull(CpuIndex self, CpuIndex probes) {
    CpuQueue& own = cpus_[self];
    const CpuIndex first = own.next_probe;
    own.next_probe = (first + std::min(probes, count())) % count();
    const auto victim =
        choose_victim(self, count(), first, probes, [this](CpuIndex cpu) { return load(cpu); });
    if (!victim) {
        return nullptr;
    }
    // The loads were hints. By now the queue may be empty; then there is nothing to pull.
    Task* const task = cpus_[*victim].ready.take_movable();
    if (task != nullptr) {
        task->cpu = self;
        task->account.migrations.add();
    }
    return task;
}

void ReadyQueues::set_running(CpuIndex self, bool running) {
    cpus_[self].running.store(running ? 1 : 0, std::memory_order_relaxed);
}

Load ReadyQueues::load(CpuIndex cpu) const {
    Load load = cpus_[cpu].ready.load();
    load.running = cpus_[cpu].running.load(std::memory_order_relaxed);
    return load;
}

CpuIndex ReadyQueues::least_loaded() const {
    return sched::least_loaded(count(), [this](CpuIndex cpu) { return load(cpu); });
}

}  // namespace sched
