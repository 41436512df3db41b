#pragma once

#include <cstdint>

namespace sched {

/// Work that shows whether it was done right: a linear congruential sequence, stepped one by one.
/// The n-th value also follows from n alone in a few dozen steps, so that a task which was
/// interrupted in the middle and went on elsewhere can tell whether it lost as much as one bit.
class Sequence {
  public:
    explicit constexpr Sequence(std::uint64_t seed) : seed_(seed), value_(seed) {}

    constexpr void advance(std::uint32_t steps) {
        std::uint64_t value = value_;
        for (std::uint32_t step = 0; step < steps; ++step) {
            value = one_step(value);
        }
        value_ = value;
        steps_ += steps;
    }

    constexpr bool is_right() const { return value_ == leap(seed_, steps_); }
    constexpr std::uint64_t value() const { return value_; }
    constexpr std::uint64_t steps() const { return steps_; }

    /// The value `steps` steps after `value`: one step is x -> multiplier * x + increment, and so
    /// are two, four, eight, with numbers of their own.
    static constexpr std::uint64_t leap(std::uint64_t value, std::uint64_t steps) {
        std::uint64_t factor = multiplier;
        std::uint64_t summand = increment;
        for (; steps != 0; steps >>= 1) {
            if ((steps & 1) != 0) {
                value = factor * value + summand;
            }
            summand = factor * summand + summand;
            factor *= factor;
        }
        return value;
    }

  private:
    // Any odd increment and a multiplier of the form 4n + 1 reach all 2^64 values. [knuth2 3.2.1]
    static constexpr std::uint64_t multiplier = 6364136223846793005;
    static constexpr std::uint64_t increment = 1442695040888963407;

    static constexpr std::uint64_t one_step(std::uint64_t value) {
        return multiplier * value + increment;
    }

    std::uint64_t seed_;
    std::uint64_t value_;
    std::uint64_t steps_ = 0;
};

}  // namespace sched
