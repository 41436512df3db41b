// Lab 1's reference solution, on a machine of its own.
#include "memory/identity_map.h"

#include <doctest/doctest.h>
#include <vector>

#include "memory/borrowed_frames.h"
#include "memory/page_map.h"
#include "memory/table_scan.h"
#include "tests/unit/memory/fake_frames.h"

namespace {

using memory::BorrowedFrames;
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

    memory::map_low_memory(frames.table(root), frames);

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

    const memory::PageMap map(root, frames, x86::efer::nxe);
    CHECK(map.translate(VirtualAddress{0x8000}) == PhysicalAddress{0x8000});
    CHECK(map.translate(VirtualAddress{0x1f'ffff}) == PhysicalAddress{0x1f'ffff});
    CHECK(!map.translate(VirtualAddress{0x20'0000}));
}

TEST_CASE("borrowed frames are given back, each once") {
    FakeFrames frames;
    frames.allocate();
    BorrowedFrames borrowed(frames);
    const PhysicalAddress a = borrowed.allocate();
    borrowed.table(a)[0] = PageEntry::table(a);
    borrowed.allocate();
    borrowed.free(a);
    CHECK_THROWS(borrowed.free(a));
    CHECK(frames.allocated() == 2);
    borrowed.give_back();
    CHECK(frames.allocated() == 1);
    borrowed.give_back();
    CHECK(frames.allocated() == 1);
}

TEST_CASE("one who borrows without end is stopped") {
    FakeFrames frames;
    BorrowedFrames borrowed(frames);
    for (std::size_t i = 0; i < BorrowedFrames::capacity; ++i) {
        borrowed.allocate();
    }
    CHECK_THROWS(borrowed.allocate());
    CHECK(frames.allocated() == BorrowedFrames::capacity);
    borrowed.give_back();
    CHECK_NOTHROW(borrowed.allocate());
}

}  // namespace
