#include "memory/page_map.h"

#include <algorithm>
#include <atomic>

#include "lib/panic.h"
#include "memory/frames.h"

namespace memory {
namespace {

using x86::PageEntry;
using x86::PageLevel;
using x86::PageTable;
using x86::VirtualAddress;

/// Other CPUs may be walking the table: they see the old entry or the new one, and behind the new
/// one everything that was written before it.
void write(PageEntry& place, PageEntry entry) {
    std::atomic_ref(place.raw).store(entry.raw, std::memory_order_release);
}

void check_range(VirtualAddress address, std::uint64_t size) {
    ASSERT(x86::is_aligned(address, x86::page_size));
    ASSERT(x86::is_aligned(size, x86::page_size));
    ASSERT(size != 0);
    // From one half to the other, or past the end, a range would meet non-canonical addresses.
    const VirtualAddress last = address + (size - 1);
    ASSERT(x86::is_canonical(address) && x86::is_canonical(last));
    ASSERT(address <= last && address.raw >> 63 == last.raw >> 63);
}

}  // namespace

struct PageMap::Part {
    VirtualAddress address;
    x86::PhysicalAddress physical;
    std::uint64_t size;

    /// What of it falls to the entry for `address`.
    Part first(PageLevel level) const {
        const std::uint64_t covered = x86::bytes_per_entry(level);
        return {address, physical, std::min(size, covered - (address.raw & (covered - 1)))};
    }
    void skip(std::uint64_t bytes) {
        address += bytes;
        physical += bytes;
        size -= bytes;
    }
};

PageMap::PageMap(x86::PhysicalAddress root, bool nx) : root_(root), nx_(nx) {
    ASSERT(x86::is_aligned(root, x86::page_size));
    if (root.raw > 0xffff'ffff) {
        lib::panic("the PML4 is at {}, where a 32-bit CR3 load cannot reach it", root);
    }
}

void PageMap::map(VirtualAddress address, x86::PhysicalAddress physical, std::uint64_t size,
                  x86::PageAccess access) {
    check_range(address, size);
    ASSERT(x86::is_aligned(physical, x86::page_size));
    if (access.writable && access.executable) {
        lib::panic("{} would be writable and executable", address);
    }
    access.executable = access.executable || !nx_;
    map_in(table_in(root_), PageLevel::pml4, {address, physical, size}, access);
}

void PageMap::map_in(PageTable& table, PageLevel level, Part part, x86::PageAccess access) {
    while (part.size != 0) {
        const Part now = part.first(level);
        PageEntry& entry = table[x86::index_of(now.address, level)];
        const bool fits_huge_page = level == PageLevel::pd && now.size == x86::huge_page_size &&
                                    x86::is_aligned(now.physical, x86::huge_page_size);
        if (entry.present() && x86::maps_page(entry, level)) {
            lib::panic("{} is mapped already", now.address);
        }
        if (level == PageLevel::pt) {
            write(entry, PageEntry::page(now.physical, access));
        } else if (fits_huge_page && !entry.present()) {
            write(entry, PageEntry::huge_page(now.physical, access));
        } else {
            if (!entry.present()) {
                write(entry, PageEntry::table(allocate_frame()));
            }
            map_in(table_in(entry.address()), x86::next_level(level), now, access);
        }
        part.skip(now.size);
    }
}

x86::PageWalk PageMap::walk(VirtualAddress address) const {
    const auto read_entry = [](x86::PhysicalAddress place) -> std::optional<PageEntry> {
        const x86::PhysicalAddress table = x86::align_down(place, x86::page_size);
        return table_in(table)[(place - table) / sizeof(PageEntry)];
    };
    return x86::walk(root_, address, read_entry, {.nxe = true});
}

}  // namespace memory
