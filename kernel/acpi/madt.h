#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "lib/fixed_vector.h"
#include "lib/result.h"
#include "x86/address.h"

namespace acpi {

/// A processor that the firmware lists. Numbers need not be contiguous, and need not be sorted.
struct ProcessorEntry {
    std::uint32_t apic_id = 0;
    bool enabled = false;         // present: it may be started
    bool online_capable = false;  // absent, but the machine could add it later; never with enabled
    bool x2apic = false;          // listed for x2APIC mode only: its number may pass 254

    constexpr bool operator==(const ProcessorEntry&) const = default;
};

constexpr std::size_t max_processors = 512;

/// The multiple APIC description table. [acpi 5.2.12]
struct Madt {
    x86::PhysicalAddress local_apic;  // of every processor's own local APIC
    bool has_8259 = false;  // two legacy PICs, which must be masked before the APICs are used
    /// In the table's order; a processor that it lists twice is here once.
    lib::FixedVector<ProcessorEntry, max_processors> processors;
};

/// Reads the table, whose header read_table() has checked. About 4 KiB are returned.
lib::Result<Madt> parse_madt(std::span<const std::byte> table);

}  // namespace acpi
