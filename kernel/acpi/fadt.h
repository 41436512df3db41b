#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "lib/result.h"
#include "x86/address.h"

namespace acpi {

/// The fixed ACPI description table, as far as switching off needs it. Ports are 0 where absent.
/// [acpi 5.2.9]
struct Fadt {
    x86::PhysicalAddress dsdt;
    std::uint16_t pm1a_control = 0;
    std::uint16_t pm1b_control = 0;
    std::uint16_t smi_command = 0;  // 0: the machine is always in ACPI mode
    std::uint8_t acpi_enable = 0;   // what to write there for ACPI mode
};

/// Reads the table, whose header read_table() has checked: its 64-bit fields where it is long
/// enough to have them and they are not 0, else the 32-bit fields of ACPI 1.0.
lib::Result<Fadt> parse_fadt(std::span<const std::byte> table);

}  // namespace acpi
