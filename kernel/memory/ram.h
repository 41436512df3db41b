// What of a firmware's memory map is RAM that the kernel may use.
#pragma once

#include <span>

#include "boot/memory_map.h"
#include "memory/range_set.h"

namespace memory {

/// Adds to `ram`, which is empty, the pages whose every byte is available: not those that a range
/// of another kind touches, nor those at or above managed_memory_end. The map may be in any order,
/// its ranges may overlap, and they need not end on pages.
void find_available_ram(std::span<const boot::MemoryRange> map, RangeSet& ram);

}  // namespace memory
