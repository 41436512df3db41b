// The loader GRUB: multiboot2.
#pragma once

#include <cstdint>

#include "boot/boot_info.h"

namespace boot {

/// What a multiboot2 loader leaves in eax. [mb2 3.2]
constexpr std::uint32_t multiboot2_magic = 0x36d76289;

/// Reads the information that GRUB leaves at `info` into an empty `boot_info`: the command line,
/// the memory map and the RSDP. Other tags are passed over. Panics where that is broken. [mb2 3.6]
void parse_multiboot2(const lib::PhysicalMemory& memory, std::uint32_t magic,
                      x86::PhysicalAddress info, BootInfo& boot_info);

}  // namespace boot
