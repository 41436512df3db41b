#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>

#include "lib/panic.h"

namespace lib {

/// A sequence of at most Capacity items, stored in place. All Capacity items exist from the
/// beginning, value-initialised; the size says how many of them count.
template <std::default_initializable T, std::size_t Capacity>
class FixedVector {
  public:
    using value_type = T;

    /// Adds `item` at the end; false, and nothing changes, if there is no room.
    /// For what comes from outside: firmware may list more than we are ready for.
    [[nodiscard]] constexpr bool try_push_back(const T& item) {
        if (full()) {
            return false;
        }
        items_[size_++] = item;
        return true;
    }

    /// Adds `item` at the end; panics if there is no room.
    constexpr void push_back(const T& item) {
        if (!try_push_back(item)) {
            panic("a FixedVector is full: it holds {} items at most", Capacity);
        }
    }

    /// Not for an empty sequence.
    constexpr void pop_back() {
        ASSERT(size_ != 0);
        --size_;
    }
    constexpr void clear() { size_ = 0; }

    constexpr T& operator[](std::size_t index) {
        ASSERT(index < size_);
        return items_[index];
    }
    constexpr const T& operator[](std::size_t index) const {
        ASSERT(index < size_);
        return items_[index];
    }
    constexpr T& back() { return (*this)[size_ - 1]; }

    constexpr std::size_t size() const { return size_; }
    constexpr bool empty() const { return size_ == 0; }
    constexpr bool full() const { return size_ == Capacity; }
    static constexpr std::size_t capacity() { return Capacity; }

    constexpr T* data() { return items_.data(); }
    constexpr const T* data() const { return items_.data(); }
    constexpr T* begin() { return items_.data(); }
    constexpr const T* begin() const { return items_.data(); }
    constexpr T* end() { return items_.data() + size_; }
    constexpr const T* end() const { return items_.data() + size_; }

  private:
    std::array<T, Capacity> items_{};
    std::size_t size_ = 0;
};

}  // namespace lib
