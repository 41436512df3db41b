#pragma once

#include <cstdint>

#include "sched/cpu_index.h"

namespace sched {

/// How many tasks the demonstration starts for each CPU. Two stay at home and preempt each other;
/// any further ones all begin on CPU 0, for the other CPUs to fetch.
inline constexpr std::uint32_t fewest_tasks_per_cpu = 2;
inline constexpr std::uint32_t default_tasks_per_cpu = 3;
inline constexpr std::uint32_t most_tasks_per_cpu = 8;

/// Shows the scheduler at work: tasks run and are preempted on every CPU, and move where there is
/// less to do. Prints who ran where and how often, a line for each CPU, and a closing line. Panics
/// if anything does not add up. To be called by the task "main" right after open(), before anything
/// else has run: the accounts are compared from their beginning.
void demonstrate(std::uint32_t tasks_per_cpu);

}  // namespace sched
