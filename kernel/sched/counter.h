#pragma once

#include <atomic>
#include <cstdint>

namespace sched {

/// A count with one writer at a time (the CPU that owns the record it stands in) and any number of
/// readers, among them the interrupted task itself. Relaxed throughout: a count orders nothing. Who
/// needs its last value reads it after something that does order, such as join().
class Counter {
  public:
    constexpr Counter() = default;
    explicit constexpr Counter(std::uint64_t value) : value_{value} {}
    Counter(const Counter& other) : value_{other.read()} {}
    Counter& operator=(const Counter& other) {
        value_.store(other.read(), std::memory_order_relaxed);
        return *this;
    }

    std::uint64_t read() const { return value_.load(std::memory_order_relaxed); }

    /// A load and a store, not a locked addition: there is no second writer to lose to.
    void add(std::uint64_t amount = 1) { value_.store(read() + amount, std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> value_{0};
};

static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

}  // namespace sched
