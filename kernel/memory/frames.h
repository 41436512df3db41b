// The machine's frames, 4 KiB pieces of RAM, for any CPU to take and give back.
#pragma once

#include "boot/boot_info.h"
#include "x86/address.h"
#include "x86/page.h"

namespace memory {

/// Once, first of all: every frame is free that the firmware calls available, but not frame 0, the
/// trampoline's page and the kernel image with its first tables. `boot_info` is asked again as
/// frames are taken.
void initialize_frames(const boot::BootInfo& boot_info);

/// A frame, all zeroes; the lowest from 2 MiB on. Panics when memory is exhausted.
x86::PhysicalAddress allocate_frame();
/// The same below 2 MiB, where lab 1's map leads: for an AP's first stack.
x86::PhysicalAddress allocate_low_frame();
/// Takes back a frame that one of the two gave.
void free_frame(x86::PhysicalAddress frame);

/// The page table in the frame at that address. A page entry holds a physical address, C++ needs a
/// reference.
x86::PageTable& table_in(x86::PhysicalAddress frame);

}  // namespace memory
