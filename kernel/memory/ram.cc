#include "memory/ram.h"

#include "memory/layout.h"

namespace memory {

void find_available_ram(std::span<const boot::MemoryRange> map, RangeSet& ram) {
    for (const boot::MemoryRange& range : map) {
        if (range.kind == boot::MemoryKind::available) {
            ram.add(PhysicalRange::of(range.base, range.length).whole_pages());
        }
    }
    for (const boot::MemoryRange& range : map) {
        if (range.kind != boot::MemoryKind::available) {
            ram.remove(PhysicalRange::of(range.base, range.length).touched_pages());
        }
    }
    ram.remove({managed_memory_end, x86::PhysicalAddress{~std::uint64_t{0}}});
}

}  // namespace memory
