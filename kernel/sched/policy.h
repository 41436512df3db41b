/// Which CPU a task should be on. Pure arithmetic over loads; the loads are read without locks and
/// may be a moment old, so every decision here is a hint that the queues themselves confirm.
#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>

#include "sched/cpu_index.h"

namespace sched {

struct Load {
    std::uint32_t running = 0;  // 0 or 1; the idle thread does not count
    std::uint32_t waiting = 0;
    std::uint32_t movable = 0;  // those of `waiting` that are not pinned

    constexpr std::uint32_t total() const { return running + waiting; }
};

template <class F>
concept LoadOf = std::is_invocable_r_v<Load, F, CpuIndex>;

/// Where a new task goes: the CPU, of the first `count`, with the fewest tasks; the lowest number
/// among equals. `count` is at least 1.
constexpr CpuIndex least_loaded(CpuIndex count, LoadOf auto load_of) {
    CpuIndex best = 0;
    std::uint32_t least = load_of(0).total();
    for (CpuIndex cpu = 1; cpu < count && least != 0; ++cpu) {
        if (const std::uint32_t total = load_of(cpu).total(); total < least) {
            best = cpu;
            least = total;
        }
    }
    return best;
}

/// A move must leave the two CPUs closer than they were, or tasks would be passed to and fro. It
/// also follows that a CPU keeps its only task: one that waits there is about to run.
constexpr bool worth_moving(Load from, Load to) {
    return from.movable != 0 && from.total() >= to.total() + 2;
}

/// From whom `self` should pull a task: of the `probes` CPUs from `first` on, counted around, the
/// one with the most tasks, provided that a move is worth it. Never `self`, for it never is.
constexpr std::optional<CpuIndex> choose_victim(CpuIndex self, CpuIndex count, CpuIndex first,
                                                CpuIndex probes, LoadOf auto load_of) {
    const Load own = load_of(self);
    std::optional<CpuIndex> victim;
    std::uint32_t most = 0;
    for (CpuIndex probe = 0; probe < probes && probe < count; ++probe) {
        const CpuIndex cpu = (first + probe) % count;
        const Load load = load_of(cpu);
        if (load.total() > most && worth_moving(load, own)) {
            victim = cpu;
            most = load.total();
        }
    }
    return victim;
}

}  // namespace sched
