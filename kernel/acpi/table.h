#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "lib/physical_memory.h"
#include "lib/result.h"
#include "x86/address.h"

namespace acpi {

/// What every table but the RSDP begins with. [acpi 5.2.6]
struct TableHeader {
    std::array<char, 4> signature;
    std::uint32_t length;  // of the whole table, this header included
    std::uint8_t revision;
    std::uint8_t checksum;  // makes the sum of all `length` bytes 0
    std::array<char, 6> oem_id;
    std::array<char, 8> oem_table_id;
    std::uint32_t oem_revision;
    std::array<char, 4> creator_id;
    std::uint32_t creator_revision;
};
static_assert(sizeof(TableHeader) == 36 && offsetof(TableHeader, oem_revision) == 24);

/// The largest tables, DSDTs, have a few hundred KiB. A corrupted length must not cost more.
constexpr std::uint32_t max_table_length = 4 * 1024 * 1024;

/// A table's usual name, where it differs from its signature: "MADT" for "APIC".
std::string_view table_name(std::string_view signature);

/// All bytes of the table at `address`, its signature, length and checksum found right.
lib::Result<std::span<const std::byte>> read_table(const lib::PhysicalMemory& memory,
                                                   x86::PhysicalAddress address,
                                                   std::string_view signature);

}  // namespace acpi
