// What of a firmware's memory map is RAM that the kernel may use.
#pragma once

#include <span>

#include "boot/memory_map.h"
#include "memory/range_set.h"

namespace memory {

/// The pages whose every byte is available: a page that any other kind of range touches is left
/// out, and so is what lies at or above managed_memory_end. The map may be in any order, its ranges
/// may overlap, and they need not end on pages.
RangeSet available_ram(std::span<const boot::MemoryRange> map);

}  // namespace memory
