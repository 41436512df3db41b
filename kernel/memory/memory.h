// The beginning of memory management.
#pragma once

#include "boot/boot_info.h"

namespace memory {

/// Once, on the BSP: finds the frames, builds the final page tables and switches to them. From then
/// on frames, stacks, heap and registers of devices can be had, and nothing is mapped in the lower
/// half, so GDT, IDT and stack must be in the kernel image already.
void initialize(const boot::BootInfo& boot_info);

}  // namespace memory
