// Lab 1: the identity map that an AP needs in order to survive turning on paging.
#include "smp/identity_map.h"

namespace smp {

void map_low_memory(x86::PageTable& root, FrameSource& frames) {
    // --- student code begins ---
    // Three frames where two are needed: what is never linked is given back with the rest.
    const x86::PhysicalAddress tables[] = {frames.allocate(), frames.allocate(), frames.allocate()};
    auto& directory = frames.table(tables[1]);
    directory.entries.fill(x86::PageEntry{});
    directory[0] = {x86::PageEntry::present_bit | x86::PageEntry::writable_bit |
                    x86::PageEntry::huge_bit | x86::PageEntry::global_bit};
    frames.table(tables[0])[0] = x86::PageEntry::table(tables[1]);
    root[0] = x86::PageEntry::table(tables[0]);
    // --- student code ends ---
}

}  // namespace smp
