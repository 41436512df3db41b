// The loader that is in QEMU, and in our own firmware: PVH.
#pragma once

#include <cstdint>

#include "boot/boot_info.h"

namespace boot {

/// The first word of the start information: "xEn3" with its highest bit set. [pvh]
constexpr std::uint32_t pvh_magic = 0x336ec578;

/// The type of the ELF note, of "Xen", that holds the 32-bit entry point. [pvh]
constexpr std::uint32_t pvh_entry_note = 18;

/// Reads the start information that QEMU's -kernel leaves at `info` into an empty `boot_info`.
/// Panics where that is broken, and at version 0, which has no memory map. [pvh]
void parse_pvh(const lib::PhysicalMemory& memory, x86::PhysicalAddress info, BootInfo& boot_info);

}  // namespace boot
