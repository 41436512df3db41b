// What physical memory there is, as the firmware tells.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "lib/fixed_vector.h"
#include "x86/address.h"

namespace boot {

/// Bytes [base, base + length); as initialize() leaves them neither end passes 2^52.
struct MemoryRange {
    x86::PhysicalAddress base;
    std::uint64_t length = 0;
    bool available = false;  // RAM; anything else the firmware or a device needs

    constexpr x86::PhysicalAddress end() const { return base + length; }
    constexpr bool operator==(const MemoryRange&) const = default;
};

/// One range as both loaders write it: the BIOS's e820 entry, padded. [acpi 15.1]
struct FirmwareRange {
    std::uint64_t base;
    std::uint64_t length;
    std::uint32_t type;  // 1: available
    std::uint32_t reserved;

    constexpr MemoryRange range() const { return {x86::PhysicalAddress{base}, length, type == 1}; }
};
static_assert(sizeof(FirmwareRange) == 24 && offsetof(FirmwareRange, type) == 16);

constexpr std::size_t max_memory_ranges = 128;
using MemoryMap = lib::FixedVector<MemoryRange, max_memory_ranges>;

/// Turns the firmware's list, in any order, overlapping, with empty and overlong ranges, into
/// `map`: sorted, disjoint, no empty range, no two alike that touch. Where ranges overlap the
/// memory is not available. What lies past 2^52, where no physical address can be [sdm3 4.1.4], is
/// cut off. False if the result does not fit into `map`.
[[nodiscard]] bool normalise(std::span<const MemoryRange> firmware, MemoryMap& map);

}  // namespace boot
