#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <optional>

#include "sched/cpu_index.h"

namespace sched {

/// The CPUs that have nothing to do. A CPU enters itself before it halts; whoever has work to give
/// away claims one, so that two busy CPUs never wake the same sleeper.
///
/// Only hints pass through here, hence relaxed: a CPU that is missed sleeps until the next tick of
/// a busy one, and one that is woken for nothing enters itself again. Tasks, which must not be
/// lost, travel through the queues' locks and a direct interrupt.
template <CpuIndex Capacity>
class IdleSet {
  public:
    void insert(CpuIndex cpu) { word(cpu).fetch_or(bit(cpu), std::memory_order_relaxed); }

    void erase(CpuIndex cpu) {
        // Mostly it is absent already; a plain load keeps the cache line shared then.
        if ((word(cpu).load(std::memory_order_relaxed) & bit(cpu)) != 0) {
            word(cpu).fetch_and(~bit(cpu), std::memory_order_relaxed);
        }
    }

    /// Removes and returns the lowest member, if any.
    std::optional<CpuIndex> claim() {
        for (CpuIndex index = 0; index < words_.size(); ++index) {
            std::uint64_t members = words_[index].load(std::memory_order_relaxed);
            while (members != 0) {
                // Clears the lowest bit, unless somebody else was first; then looks again.
                if (words_[index].compare_exchange_weak(members, members & (members - 1),
                                                        std::memory_order_relaxed)) {
                    return index * 64 + static_cast<CpuIndex>(std::countr_zero(members));
                }
            }
        }
        return std::nullopt;
    }

  private:
    static constexpr std::uint64_t bit(CpuIndex cpu) { return std::uint64_t{1} << cpu % 64; }
    std::atomic<std::uint64_t>& word(CpuIndex cpu) { return words_[cpu / 64]; }

    std::array<std::atomic<std::uint64_t>, (Capacity + 63) / 64> words_{};
};

}  // namespace sched
