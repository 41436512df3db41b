// Lab 1: the identity map that an AP needs in order to survive turning on paging.
#include "smp/identity_map.h"

namespace smp {

void map_low_memory(x86::PageTable& root, FrameSource& frames) {
    // --- student code begins ---
    // An entry of a page directory can map 2 MiB at once, so between the root and the page there
    // are two tables, not three. An entry holds the physical address of what it leads to.
    const x86::PhysicalAddress pdpt = frames.allocate();
    const x86::PhysicalAddress page_directory = frames.allocate();

    // The same number is the virtual address, which chooses the entry of each table, and the
    // physical one, which the last entry holds.
    constexpr std::uint64_t address = 0;
    constexpr x86::VirtualAddress from{address};
    constexpr x86::PhysicalAddress to{address};

    // From the page upwards: what an entry leads to is complete before it is there.
    frames.table(page_directory)[x86::index_of(from, x86::PageLevel::pd)] =
        x86::PageEntry::huge_page(to, {.writable = true, .executable = true});
    frames.table(pdpt)[1] =
        x86::PageEntry::table(page_directory);
    root[x86::index_of(from, x86::PageLevel::pml4)] = x86::PageEntry::table(pdpt);
    // --- student code ends ---
}

}  // namespace smp
