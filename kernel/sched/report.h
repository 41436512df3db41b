/// What the demonstration prints.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "lib/fixed_vector.h"
#include "sched/scheduler.h"

namespace sched {

/// A task of the demonstration after its end: one line of the table.
struct Row {
    std::string_view name;
    TaskAccount account;
};

/// More lines than fit on a screen tell nobody anything; then the CPUs' lines have to do.
inline constexpr std::uint32_t most_tasks_shown = 24;
using Table = lib::FixedVector<Row, most_tasks_shown + 1>;

/// What all idle clocks show at one moment.
class IdleReading {
  public:
    IdleReading();
    ~IdleReading();
    IdleReading(const IdleReading&) = delete;
    IdleReading& operator=(const IdleReading&) = delete;

    /// How much of the time from `earlier` to this reading a CPU was idle, in percent.
    std::uint64_t percent_since(const IdleReading& earlier, CpuIndex cpu) const;

  private:
    std::uint64_t time_;
    std::span<std::uint64_t> totals_;
};

void print_table(const Table& table);
void print_cpu(CpuIndex cpu, std::uint64_t idle_percentage);

}  // namespace sched
