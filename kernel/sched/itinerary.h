#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "sched/cpu_index.h"

namespace sched {

/// Where a task ran and how often, in the order in which it first came to each CPU. It remembers a
/// fixed number of CPUs, so that a task's record stays small on a machine with hundreds; runs on
/// any further CPU are counted together. Written by whoever dispatches the task.
class Itinerary {
  public:
    struct Stay {
        CpuIndex cpu;
        std::uint32_t runs;
    };

    constexpr void record(CpuIndex cpu) {
        for (Stay& stay : std::span{stays_}.first(length_)) {
            if (stay.cpu == cpu) {
                ++stay.runs;
                return;
            }
        }
        if (length_ == stays_.size()) {
            ++elsewhere_;
            return;
        }
        stays_[length_++] = {cpu, 1};
    }

    constexpr std::span<const Stay> stays() const { return std::span{stays_}.first(length_); }

    /// Runs on CPUs beyond those in stays().
    constexpr std::uint32_t elsewhere() const { return elsewhere_; }

    constexpr std::uint64_t runs() const {
        std::uint64_t sum = elsewhere_;
        for (const Stay& stay : stays()) {
            sum += stay.runs;
        }
        return sum;
    }

  private:
    std::array<Stay, 8> stays_{};
    std::uint32_t length_ = 0;
    std::uint32_t elsewhere_ = 0;
};

}  // namespace sched
