// The one set of page tables that all CPUs run on.
#pragma once

#include <cstdint>

#include "boot/boot_info.h"
#include "lib/physical_memory.h"
#include "x86/address.h"

namespace memory {

/// All physical memory, read through the direct map, for the parsers of firmware tables. It works
/// from kernel_main's first line on; once the kernel has its final tables, what is not mapped yet
/// is mapped when it is asked for.
const lib::PhysicalMemory& firmware_memory();

/// Finds the frames, builds the final tables and switches this CPU, which has CR0.WP and EFER.NXE
/// on since boot/entry.asm, to them: the kernel image and the direct map of RAM, each with the
/// least rights that it can do with, and nothing at all in the lower half. Panics if any memory is
/// both writable and executable. Once, on the BSP, on a stack and with a GDT in the kernel image.
void initialize(const boot::BootInfo& boot_info);

/// The PML4, below 4 GiB: what every CPU has in CR3.
x86::PhysicalAddress kernel_root();

/// Takes the code of the labs out of the map: it has done its work, and what is left of it to run
/// later dies there. Every CPU has to empty its TLB then.
void unmap_labs();

/// Maps registers of a device, uncached, and says where: at the same address for every CPU, and
/// when asked again.
x86::VirtualAddress map_mmio(x86::PhysicalAddress physical, std::uint64_t size);

/// Puts new frames, all zeroes, behind addresses where nothing is mapped. Whole pages.
void map_new_frames(x86::VirtualAddress address, std::uint64_t size);

}  // namespace memory
