#pragma once

#include "cpu/records.h"
#include "sched/account.h"
#include "sched/ready_queues.h"
#include "sched/task.h"

namespace sched {

/// What one CPU knows of its own scheduling. Only that CPU touches it, with interrupts off; the
/// account alone is there for everyone to read.
struct alignas(64) Processor {
    CpuIndex index = 0;
    Task* current = nullptr;
    /// The task that this CPU is just switching away from: whoever comes next looks after it.
    Task* departing = nullptr;
    /// The thread of a CPU without work. Never in a queue, and never on another CPU.
    Task idle{.name = "idle", .pinned = true};
    CpuAccount account;

    bool is_idle() const { return current == &idle; }
};

static_assert(max_cpus >= cpu::max_cpus);

/// Every CPU's queue of tasks that wait for it.
extern ReadyQueues queues;

/// Interrupts must be off, and stay off for as long as the answer is used: a task that is
/// interrupted may go on elsewhere.
inline Processor& this_processor() {
    return *static_cast<Processor*>(cpu::this_cpu().scheduler);
}

}  // namespace sched
