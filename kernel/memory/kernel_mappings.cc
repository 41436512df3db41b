#include "memory/kernel_mappings.h"

#include <array>

#include "lib/panic.h"
#include "memory/layout.h"

namespace memory {
namespace {

void map_part(PageMap& map, VirtualRange part, x86::PageAccess access) {
    if (part.size() != 0) {
        map.map(part.start, kernel_physical(part.start), part.size(), access);
    }
}

PhysicalRange physical(VirtualRange part) {
    return {kernel_physical(part.start), kernel_physical(part.end)};
}

constexpr bool contains(PhysicalRange range, x86::PhysicalAddress address) {
    return range.start <= address && address < range.end;
}

}  // namespace

void map_image(PageMap& map, const KernelImage& image) {
    map_part(map, image.text, {.executable = true});
    map_part(map, image.rodata, {});

    x86::VirtualAddress start = image.data.start;
    for (const x86::VirtualAddress guard : image.stack_guards) {
        ASSERT(start <= guard && guard + x86::page_size <= image.data.end);
        map_part(map, {start, guard}, {.writable = true});
        start = guard + x86::page_size;
    }
    map_part(map, {start, image.data.end}, {.writable = true});
}

void map_ram(PageMap& map, const RangeSet& ram, const KernelImage& image) {
    const PhysicalRange text = physical(image.text);
    const PhysicalRange rodata = physical(image.rodata);
    const std::array boundaries{text.start, text.end, rodata.start, rodata.end};

    for (const PhysicalRange& range : ram) {
        for (x86::PhysicalAddress start = range.start; start < range.end;) {
            x86::PhysicalAddress end = range.end;
            for (const x86::PhysicalAddress boundary : boundaries) {
                if (start < boundary && boundary < end) {
                    end = boundary;
                }
            }
            const bool writable = !contains(text, start) && !contains(rodata, start);
            map.map(direct_map(start), start, end - start, {.writable = writable});
            start = end;
        }
    }
}

void map_missing(PageMap& map, x86::VirtualAddress base, x86::PhysicalAddress physical,
                 std::uint64_t size, x86::PageAccess access) {
    const PhysicalRange pages = PhysicalRange::of(physical, size).touched_pages();
    for (x86::PhysicalAddress page = pages.start; page < pages.end; page += x86::page_size) {
        const x86::VirtualAddress address = base + page.raw;
        if (!map.translate(address)) {
            map.map(address, page, x86::page_size, access);
        }
    }
}

}  // namespace memory
