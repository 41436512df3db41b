// Lab 1's reference solution, on a machine of its own.
#include "smp/identity_map.h"

#include <doctest/doctest.h>
#include <vector>

#include "memory/page_map.h"
#include "memory/table_scan.h"
#include "tests/unit/kernel/memory/fake_frames.h"

namespace {

using memory::MappedPage;
using x86::PageEntry;
using x86::PhysicalAddress;
using x86::VirtualAddress;

std::vector<MappedPage> pages_of(const FakeFrames& frames, PhysicalAddress root) {
    std::vector<MappedPage> pages;
    memory::for_each_page(
        root, [&](PhysicalAddress place) { return frames.read_entry(place); },
        [&](const MappedPage& page) {
            pages.push_back(page);
            return true;
        });
    return pages;
}

TEST_CASE("the low memory is mapped by one page, and nothing else is") {
    FakeFrames frames;
    const PhysicalAddress root = frames.allocate();
    frames.table(root)[511] = PageEntry::table(frames.allocate());
    const PageEntry other = frames.table(root)[511];

    smp::FrameSource source;
    smp::map_low_memory(frames.table(root), source);

    const auto pages = pages_of(frames, root);
    REQUIRE(pages.size() == 1);
    CHECK(pages[0].address == VirtualAddress{0});
    CHECK(pages[0].physical == PhysicalAddress{0});
    CHECK(pages[0].size == x86::huge_page_size);
    CHECK(pages[0].writable);
    CHECK(pages[0].executable);
    CHECK(!pages[0].user);
    CHECK(frames.table(root)[511] == other);
    CHECK(frames.allocated() == 4);

    const memory::PageMap map(root);
    CHECK(translate(map, VirtualAddress{0x8000}) == PhysicalAddress{0x8000});
    CHECK(translate(map, VirtualAddress{0x1f'ffff}) == PhysicalAddress{0x1f'ffff});
    CHECK(!translate(map, VirtualAddress{0x20'0000}));
}

}  // namespace
