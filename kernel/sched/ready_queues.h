#pragma once

#include <atomic>
#include <span>

#include "sched/idle_set.h"
#include "sched/ready_queue.h"

namespace sched {

/// As many CPUs as the scheduler can tell apart.
inline constexpr CpuIndex max_cpus = 256;

/// One CPU's part of the queues, on cache lines of its own: what a CPU writes all the time shall
/// not slow down its neighbours.
struct alignas(64) CpuQueue {
    ReadyQueue ready;
    std::atomic<std::uint32_t> running{0};  // written by its own CPU; a hint to others
    CpuIndex next_probe = 0;                // its own CPU's
};

/// Every CPU's queue, and how tasks move between them. Holds no instruction: host tests run it.
/// Functions that name a CPU as `self` are for that CPU, with interrupts off.
class ReadyQueues {
  public:
    /// CPUs 0 to cpus.size()-1 take part from now on, 1..max_cpus of them.
    void open(std::span<CpuQueue> cpus);
    CpuIndex count() const { return static_cast<CpuIndex>(cpus_.size()); }

    /// Adds a ready task to a CPU's queue and makes it that CPU's.
    void push(CpuIndex cpu, Task& task);

    /// The task that `self` should run next out of its own queue, or null.
    Task* pop(CpuIndex self) { return cpus_[self].ready.pop(); }

    /// Takes a task out of a longer queue, counts its migration, and makes it `self`'s; null if no
    /// move is worth it. Looks at `probes` CPUs, going on where it stopped the last time.
    Task* pull(CpuIndex self, CpuIndex probes);

    /// Says whether `self` runs a task now, or is idle.
    void set_running(CpuIndex self, bool running);

    Load load(CpuIndex cpu) const;
    CpuIndex least_loaded() const;

    IdleSet<max_cpus>& idle() { return idle_; }

  private:
    std::span<CpuQueue> cpus_;
    IdleSet<max_cpus> idle_;
};

}  // namespace sched
