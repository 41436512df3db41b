// Which processors there are: the multiple APIC description table. [acpi 5.2.12]
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "acpi/tables.h"
#include "lib/fixed_vector.h"

namespace acpi {

/// A processor that the firmware lists. IDs need not be contiguous, and need not be sorted.
struct Processor {
    std::uint32_t apic_id = 0;
    bool enabled = false;  // present: it may be started

    constexpr bool operator==(const Processor&) const = default;
};

inline constexpr std::size_t max_processors = 512;

/// In the table's order; a processor that it lists twice is here once.
using Processors = lib::FixedVector<Processor, max_processors>;

/// The processors of this machine; says how many are listed, and panics where there is no MADT.
Processors find_processors(const Tables& tables);

/// Reads a MADT. Panics where that is broken.
Processors parse_madt(std::span<const std::byte> table);

}  // namespace acpi
