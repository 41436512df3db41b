#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "lib/fixed_vector.h"
#include "x86/address.h"

namespace boot {

/// What physical addresses may be used for, the freest kind first: where ranges of the firmware
/// overlap, the greater kind holds.
enum class MemoryKind : std::uint8_t {
    available,
    acpi_reclaimable,  // ACPI tables: free once nobody reads them any more
    acpi_nvs,          // the firmware's own, also while the machine sleeps
    reserved,          // and everything of a kind that we do not know
    defective,
};

/// "available", "ACPI tables", ... for the serial line.
std::string_view name(MemoryKind kind);

/// Bytes [base, base + length); as parse() returns them neither end passes 2^52.
struct MemoryRange {
    x86::PhysicalAddress base;
    std::uint64_t length = 0;
    MemoryKind kind = MemoryKind::reserved;

    constexpr x86::PhysicalAddress end() const { return base + length; }
    constexpr bool operator==(const MemoryRange&) const = default;
};

/// One range as both loaders write it: the BIOS's e820 entry, padded. Types as in [acpi 15.1].
struct FirmwareRange {
    std::uint64_t base;
    std::uint64_t length;
    std::uint32_t type;
    std::uint32_t reserved;

    MemoryRange range() const;
};
static_assert(sizeof(FirmwareRange) == 24 && offsetof(FirmwareRange, type) == 16);

/// Firmware with UEFI under it lists dozens of ranges; 128 is what e820 itself was made for.
constexpr std::size_t max_memory_ranges = 128;
using MemoryMap = lib::FixedVector<MemoryRange, max_memory_ranges>;

/// Turns the firmware's list, in any order, overlapping, with empty and overlong ranges, into
/// `map`: sorted, disjoint, no empty range, no two alike that touch. What lies past 2^52, where no
/// physical address can be [sdm3 4.1.4], is cut off. False if the result does not fit into `map`.
[[nodiscard]] bool normalise(std::span<const MemoryRange> firmware, MemoryMap& map);

}  // namespace boot
