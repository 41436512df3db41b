#pragma once

#include <cstdint>

#include "sched/account.h"
#include "sched/task.h"

namespace sched {

/// Sums that must come out the same whether one adds up tasks or CPUs.
struct Tally {
    std::uint64_t runs = 0;
    std::uint64_t preemptions = 0;
    std::uint64_t migrations = 0;

    constexpr bool operator==(const Tally&) const = default;

    void add(const TaskAccount& task) {
        runs += task.itinerary.runs();
        preemptions += task.preemptions.read();
        migrations += task.migrations.read();
    }

    void add(const CpuAccount& cpu) {
        runs += cpu.runs.read();
        preemptions += cpu.preemptions.read();
        migrations += cpu.migrated_in.read();
    }
};

}  // namespace sched
