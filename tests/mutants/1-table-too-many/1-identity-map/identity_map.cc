// Lab 1: the identity map that an AP needs in order to survive turning on paging.
#include "smp/identity_map.h"

namespace smp {

void map_low_memory(x86::PageTable& root, FrameSource& frames) {
    // --- student code begins ---
    const x86::PhysicalAddress pdpt = frames.allocate();
    const x86::PhysicalAddress directory = frames.allocate();
    const x86::PhysicalAddress table = frames.allocate();
    frames.table(table)[0] =
        x86::PageEntry::huge_page(x86::PhysicalAddress{0}, {.writable = true, .executable = true});
    frames.table(directory)[0] = x86::PageEntry::table(table);
    frames.table(pdpt)[0] = x86::PageEntry::table(directory);
    root[0] = x86::PageEntry::table(pdpt);
    // --- student code ends ---
}

}  // namespace smp
