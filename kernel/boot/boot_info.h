// What a loader tells the kernel, whichever loader it was.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "boot/command_line.h"
#include "boot/memory_map.h"
#include "lib/fixed_vector.h"
#include "lib/physical_memory.h"
#include "x86/address.h"

namespace boot {

enum class Loader : std::uint8_t { multiboot2, pvh };

constexpr std::size_t rsdp_size = 36;  // [acpi 5.2.5.3] of ACPI 2.0 and later; 20 before

/// Copied from the loader's structures, whose memory is free then.
struct BootInfo {
    Loader loader = Loader::multiboot2;
    MemoryMap memory;
    /// The loader's copy of ACPI's RSDP, or its address, or neither (empty, 0): then acpi/
    /// panics.
    lib::FixedVector<std::byte, rsdp_size> rsdp_copy;
    x86::PhysicalAddress rsdp;
    CommandLine command_line;
};

/// What entry.asm says instead of a magic number when it was entered as PVH's entry point.
constexpr std::uint32_t pvh_entry_taken = 0;

/// Reads what the loader left at `info`, and says so; panics where that is nothing to live on.
/// `magic` is eax at the multiboot2 entry, or pvh_entry_taken. Once.
const BootInfo& initialize(const lib::PhysicalMemory& memory, std::uint32_t magic,
                           x86::PhysicalAddress info);

/// Options of the command line; before initialize() there is none. See command_line.h.
std::string_view option(std::string_view name);
std::uint32_t number_option(std::string_view name, std::uint32_t lowest, std::uint32_t highest,
                            std::uint32_t otherwise);

/// The memory ranges as the loader lists them, before normalise().
using FirmwareMap = lib::FixedVector<MemoryRange, max_memory_ranges>;

/// The last step of either parser: normalises the map, and refuses one that no kernel can live on.
void set_memory(BootInfo& boot_info, const FirmwareMap& firmware);

}  // namespace boot
