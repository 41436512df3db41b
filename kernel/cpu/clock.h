// Time in microseconds.
#pragma once

#include <cstdint>

namespace cpu {

/// The speed of a counter, as it was measured: so many counts in so many microseconds. Neither is
/// 0.
struct Rate {
    std::uint64_t counts = 1;
    std::uint64_t microseconds = 1;

    /// The counts of at least that time: never too few, and never none. Up to a day of them.
    constexpr std::uint64_t counts_in(std::uint64_t us) const {
        const std::uint64_t whole = us / microseconds * counts;
        const std::uint64_t part = us % microseconds * counts;
        const std::uint64_t sum = whole + (part + microseconds - 1) / microseconds;
        return sum == 0 ? 1 : sum;
    }

    /// The whole microseconds in that many counts.
    constexpr std::uint64_t microseconds_in(std::uint64_t count) const {
        return count / counts * microseconds + count % counts * microseconds / counts;
    }

    /// Whether a CPU's clock can be that fast: those of emulators begin at 1 MHz.
    constexpr bool is_plausible() const {
        const std::uint64_t khz = counts * 1000 / microseconds;
        return khz >= 100 && khz <= 100'000'000;
    }
};

/// Moves the interrupts of the two 8259s, which the LAPICs replace, away from the exceptions, and
/// lets none through. A mask alone would not do: an 8259 can still raise a spurious one. [8259]
void silence_pic();

/// Measures this machine's two fast clocks against the PIT, for 10 ms, in which the CPU is halted.
/// The BSP calls it once, after enable_lapic(), and has its timer enabled then; APs go by the same
/// rates.
void calibrate_clocks();

/// The LAPIC timer's, undivided.
Rate lapic_timer_rate();

/// Whether calibrate_clocks() is done: there is no time before.
bool clock_runs();

/// Microseconds since calibrate_clocks(). CPUs whose counters started apart disagree a little.
std::uint64_t now_us();

}  // namespace cpu
