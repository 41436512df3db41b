#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "boot/command_line.h"
#include "boot/memory_map.h"
#include "lib/fixed_vector.h"
#include "lib/physical_memory.h"
#include "lib/result.h"
#include "x86/address.h"

namespace boot {

enum class Loader : std::uint8_t { multiboot2, pvh };

/// "multiboot2" or "PVH".
std::string_view name(Loader loader);

/// Memory that the loader has filled. It lies inside available ranges of the memory map.
struct LoaderRange {
    x86::PhysicalAddress base;
    std::uint64_t length = 0;

    constexpr bool operator==(const LoaderRange&) const = default;
};

constexpr std::size_t max_loader_ranges = 32;
constexpr std::size_t rsdp_size = 36;  // [acpi 5.2.5.3] of ACPI 2.0 and later; 20 before

/// What a loader tells the kernel, whichever loader it was. About 4 KiB: not a thing to copy
/// around.
struct BootInfo {
    Loader loader = Loader::multiboot2;
    MemoryMap memory;
    /// The loader's own structures and modules. All that the kernel needs of them is copied here,
    /// but who hands out memory keeps clear of them, so that they can be looked at.
    lib::FixedVector<LoaderRange, max_loader_ranges> reserved;
    /// The loader's copy of ACPI's RSDP, or its address, or neither (empty, 0): then acpi/
    /// searches.
    lib::FixedVector<std::byte, rsdp_size> rsdp_copy;
    x86::PhysicalAddress rsdp;
    CommandLine command_line;
};

/// What entry.asm says instead of a magic number when it was entered as PVH's entry point.
constexpr std::uint32_t pvh_entry_taken = 0;

/// Reads what the loader left at `info`. `magic` is eax at the multiboot2 entry, or
/// pvh_entry_taken.
lib::Result<BootInfo> parse(const lib::PhysicalMemory& memory, std::uint32_t magic,
                            x86::PhysicalAddress info);

/// The memory ranges as the loader lists them, before normalise().
using FirmwareMap = lib::FixedVector<MemoryRange, max_memory_ranges>;

/// The last step of either parser: normalises the map, and refuses one that no kernel can live on.
lib::MaybeError set_memory(BootInfo& boot_info, const FirmwareMap& firmware);

/// Adds to `reserved`; an empty range is left out.
lib::MaybeError reserve(BootInfo& boot_info, x86::PhysicalAddress base, std::uint64_t length);

}  // namespace boot
