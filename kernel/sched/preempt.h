/// What the timer does to a task that runs for too long.
#pragma once

#include <cstdint>

namespace sched {

/// How long a task may run while others wait for the same CPU. Short, so that a boot of a tenth of
/// a second shows every task being preempted.
inline constexpr std::uint32_t slice_us = 1'000;

/// Gives the current task of this CPU a whole slice from now on. At the end of every slice the
/// timer looks whether others wait, passes tasks on between CPUs, and preempts.
void start_slice();

/// An idle CPU is left in peace: it sleeps until another one interrupts it.
void stop_slices();

}  // namespace sched
