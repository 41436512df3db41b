#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "acpi/rsdp.h"
#include "acpi/table.h"
#include "lib/physical_memory.h"
#include "lib/result.h"

namespace acpi {

/// The tables that the firmware left, found by their signatures.
class Tables {
  public:
    /// Reads the list that `rsdp` names: the XSDT, or the RSDT where the XSDT is absent or broken.
    /// `memory` is read again by each find(), so it must live as long as this, and so must its
    /// spans.
    static lib::Result<Tables> open(const lib::PhysicalMemory& memory, const Rsdp& rsdp);

    /// The same, from what a loader told: its copy of the RSDP, else the RSDP's address, else
    /// (empty and 0) a search where a BIOS would have left it.
    static lib::Result<Tables> open(const lib::PhysicalMemory& memory,
                                    std::span<const std::byte> rsdp_copy,
                                    x86::PhysicalAddress rsdp);

    /// The first table with this signature, checked as read_table() does. Listed tables that cannot
    /// be read are passed over: a broken table should not hide a sound one.
    lib::Result<std::span<const std::byte>> find(std::string_view signature) const;

    /// How many tables are listed.
    std::size_t count() const { return addresses_.size() / address_size_; }
    const lib::PhysicalMemory& memory() const { return *memory_; }

  private:
    Tables(const lib::PhysicalMemory& memory, std::span<const std::byte> addresses,
           std::size_t address_size)
        : memory_(&memory), addresses_(addresses), address_size_(address_size) {}

    x86::PhysicalAddress address_of(std::size_t index) const;

    const lib::PhysicalMemory* memory_;
    std::span<const std::byte> addresses_;  // the list itself: not aligned
    std::size_t address_size_;              // 4 in the RSDT, 8 in the XSDT
};

}  // namespace acpi
