#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "lib/physical_memory.h"
#include "lib/result.h"
#include "x86/address.h"

namespace acpi {

/// The root system description pointer: where the list of all tables is. [acpi 5.2.5.3]
struct Rsdp {
    x86::PhysicalAddress rsdt;  // 32-bit entries; 0 = absent
    x86::PhysicalAddress xsdt;  // 64-bit entries, from ACPI 2.0 on; 0 = absent
};

/// Checks and reads an RSDP: 20 bytes with a checksum, and from revision 2 on 36 with a second one.
lib::Result<Rsdp> parse_rsdp(std::span<const std::byte> bytes);

/// The same for the RSDP at an address that a loader gave.
lib::Result<Rsdp> read_rsdp(const lib::PhysicalMemory& memory, x86::PhysicalAddress address);

/// Searches where a BIOS leaves its RSDP, on 16-byte boundaries: the first KiB of the extended BIOS
/// data area, whose segment is at 0x40e, then 0xe0000..0xfffff. [acpi 5.2.5.1]
lib::Result<Rsdp> find_rsdp(const lib::PhysicalMemory& memory);

}  // namespace acpi
