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

    /// In thousands a second.
    constexpr std::uint64_t khz() const { return counts * 1000 / microseconds; }

    /// Whether a CPU's clock can be that fast: those of emulators begin at 1 MHz.
    constexpr bool is_plausible() const { return khz() >= 100 && khz() <= 100'000'000; }
};

}  // namespace cpu
