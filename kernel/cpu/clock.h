// Time in microseconds.
#pragma once

#include <cstdint>

#include "cpu/rate.h"

namespace cpu {

/// Measures this machine's two fast clocks against the PIT, for 10 ms, in which the CPU is halted.
/// The BSP calls it once, after enable_lapic(), and has its timer enabled then; APs go by the same
/// rates.
void calibrate_clocks();

/// The LAPIC timer's, undivided.
Rate lapic_timer_rate();
/// The time stamp counter's.
Rate tsc_rate();

/// Whether calibrate_clocks() is done: there is no time before.
bool clock_runs();

/// Microseconds since calibrate_clocks(). CPUs whose counters started apart disagree a little.
std::uint64_t now_us();

}  // namespace cpu
