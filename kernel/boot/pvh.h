#pragma once

#include <cstdint>

#include "boot/boot_info.h"

namespace boot {

/// The first word of the start information: "xEn3" with its highest bit set. [pvh]
constexpr std::uint32_t pvh_magic = 0x336ec578;

/// The type of the ELF note, of "Xen", that holds the 32-bit entry point. [pvh]
constexpr std::uint32_t pvh_entry_note = 18;

/// Reads the start information that QEMU's -kernel leaves at `info` into an empty `boot_info`.
/// Version 0 has no memory map and is refused. [pvh]
lib::MaybeError parse_pvh(const lib::PhysicalMemory& memory, x86::PhysicalAddress info,
                          BootInfo& boot_info);

}  // namespace boot
