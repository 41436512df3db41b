/// The tasks of the demonstration, and what they do.
#pragma once

#include <cstdint>

#include "sched/scheduler.h"

namespace sched {

enum class Role : std::uint8_t {
    resident,   // pinned to a CPU; one of two there, so that both get preempted
    traveller,  // begins on CPU 0 with all other travellers; idle CPUs fetch them
};

struct Casting {
    Role role;
    CpuIndex cpu;
};

/// How many residents every CPU has.
inline constexpr std::uint32_t residents_each = 2;

/// The role of task `index`, 0..cpus*tasks_per_cpu-1: the residents of all CPUs come first.
constexpr Casting casting(std::uint32_t index, CpuIndex cpus) {
    return index < residents_each * cpus ? Casting{Role::resident, index % cpus}
                                         : Casting{Role::traveller, 0};
}

/// A task of that role, and where it is to be started. Once for each index.
Task& make_task(Casting casting);
Placement placement(Casting casting);

/// How many of these tasks have come to their end.
std::uint32_t tasks_finished();

}  // namespace sched
