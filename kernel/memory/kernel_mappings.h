// What the kernel's final tables contain, apart from the question of how they come into force.
#pragma once

#include <array>
#include <cstdint>

#include "memory/page_map.h"
#include "memory/range_set.h"
#include "x86/address.h"

namespace memory {

/// The addresses from `start` up to but not including `end`.
struct VirtualRange {
    x86::VirtualAddress start;
    x86::VirtualAddress end;

    constexpr std::uint64_t size() const { return end - start; }
};

/// Where the linker has put the parts of the kernel: whole pages in the kernel_base region.
struct KernelImage {
    VirtualRange text;
    VirtualRange rodata;
    VirtualRange data;                                // and .bss
    std::array<x86::VirtualAddress, 2> stack_guards;  // pages in `data` that nothing may touch
};

/// Maps the image where it is linked: text executable, rodata read-only, data writable, the guard
/// pages, which are given in ascending order, not at all.
void map_image(PageMap& map, const KernelImage& image);

/// The direct map of `ram`: writable but where it would open a second way into the image's text and
/// rodata, and nowhere executable.
void map_ram(PageMap& map, const RangeSet& ram, const KernelImage& image);

/// Maps those pages of [physical, physical + size), rounded outwards, that are not mapped yet at
/// `base` + their physical address.
void map_missing(PageMap& map, x86::VirtualAddress base, x86::PhysicalAddress physical,
                 std::uint64_t size, x86::PageAccess access);

}  // namespace memory
