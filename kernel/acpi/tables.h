// ACPI's tables: where the firmware lists them, and how one is found. [acpi 5.2]
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "boot/boot_info.h"
#include "lib/physical_memory.h"
#include "x86/address.h"

namespace acpi {

/// Every table but the RSDP begins with so many bytes: signature, length, checksum, makers.
/// [acpi 5.2.6]
inline constexpr std::size_t table_header_size = 36;

/// The tables that the firmware left, found by their signatures.
class Tables {
  public:
    /// Reads the list of tables that the RSDP names: the XSDT, or the RSDT where the XSDT is absent
    /// or broken. The RSDP is the loader's copy or at the address that it gave; panics where
    /// neither leads to a list. `memory` is read again by find(), so it must live as long as this.
    Tables(const lib::PhysicalMemory& memory, const boot::BootInfo& boot_info);

    /// All bytes of the first table with this signature; nothing where there is none, or where its
    /// length or checksum is wrong. A broken table does not hide a sound one.
    std::optional<std::span<const std::byte>> find(std::string_view signature) const;

    /// How many tables are listed.
    std::size_t count() const { return addresses_.size() / address_size_; }

  private:
    x86::PhysicalAddress address_of(std::size_t index) const;

    const lib::PhysicalMemory* memory_;
    std::span<const std::byte> addresses_;  // the list itself: not aligned
    std::size_t address_size_ = 0;          // 4 in the RSDT, 8 in the XSDT
};

}  // namespace acpi
