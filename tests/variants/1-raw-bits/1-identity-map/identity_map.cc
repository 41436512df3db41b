// Lab 1: the identity map that an AP needs in order to survive turning on paging.
#include "smp/identity_map.h"

namespace smp {

void map_low_memory(x86::PageTable& root, FrameSource& frames) {
    // --- student code begins ---
    constexpr std::uint64_t present = 1, writable = 2, accessed = 0x20, dirty = 0x40, huge = 0x80;
    const std::uint64_t pdpt = frames.allocate().raw;
    const std::uint64_t directory = frames.allocate().raw;
    root.entries[0].raw = pdpt | accessed | writable | present;
    frames.table(x86::PhysicalAddress{pdpt}).entries[0].raw =
        directory | accessed | writable | present;
    frames.table(x86::PhysicalAddress{directory}).entries[0].raw =
        huge | dirty | accessed | writable | present;
    // --- student code ends ---
}

}  // namespace smp
