// Sets of physical addresses, as a few ranges: what a firmware's memory map comes down to.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "x86/address.h"

namespace memory {

/// The addresses from `start` up to but not including `end`.
struct PhysicalRange {
    x86::PhysicalAddress start;
    x86::PhysicalAddress end;

    /// `length` bytes from `start`; cut off at 2^52, where physical addresses end. [sdm3 4.1.4]
    static PhysicalRange of(x86::PhysicalAddress start, std::uint64_t length);

    constexpr std::uint64_t size() const { return empty() ? 0 : end - start; }
    constexpr bool empty() const { return end <= start; }
    constexpr bool operator==(const PhysicalRange&) const = default;

    /// The pages that lie in this range with all of their bytes.
    PhysicalRange whole_pages() const;
    /// The pages that have any byte in this range.
    PhysicalRange touched_pages() const;
};

/// A set of addresses, kept as disjoint ranges in ascending order that do not touch each other.
/// Panics when it would need more ranges than it has room for. 2 KiB: too much for a stack.
class RangeSet {
  public:
    static constexpr std::size_t capacity = 128;

    void add(PhysicalRange range);
    void remove(PhysicalRange range);

    bool contains(x86::PhysicalAddress address) const;
    /// The lowest `size` bytes in one piece at or above `floor`, aligned to a page.
    std::optional<PhysicalRange> find(std::uint64_t size, x86::PhysicalAddress floor) const;
    /// The number of bytes in the set.
    std::uint64_t size() const;
    /// The end of the last range, or 0.
    x86::PhysicalAddress end_address() const;

    const PhysicalRange* begin() const { return ranges_.data(); }
    const PhysicalRange* end() const { return ranges_.data() + count_; }

  private:
    void replace(std::size_t first, std::size_t last, std::span<const PhysicalRange> with);

    std::array<PhysicalRange, capacity> ranges_{};
    std::size_t count_ = 0;
};

}  // namespace memory
