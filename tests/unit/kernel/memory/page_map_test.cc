#include "memory/page_map.h"

#include <doctest/doctest.h>

#include "tests/unit/kernel/memory/fake_frames.h"

namespace {

using memory::PageMap;
using x86::PageAccess;
using x86::PageLevel;
using x86::PhysicalAddress;
using x86::VirtualAddress;

constexpr PageAccess read_only{};
constexpr PageAccess data{.writable = true};
constexpr PageAccess executable{.executable = true};
constexpr VirtualAddress map_base{0xffff'8000'0000'0000};

struct PageMapFixture {
    FakeFrames frames;
    PageMap map{frames.allocate()};

    PageLevel level_at(VirtualAddress address) const { return map.walk(address).last().level; }
};

TEST_CASE_FIXTURE(PageMapFixture,
                  "a page leads where it was mapped to, and nothing beside it is mapped") {
    map.map(map_base + 0x5000, PhysicalAddress{0x1234'5000}, 0x1000, data);
    CHECK(translate(map, map_base + 0x5678) == PhysicalAddress{0x1234'5678});
    CHECK(!translate(map, map_base + 0x4fff));
    CHECK(!translate(map, map_base + 0x6000));
    CHECK(!translate(map, VirtualAddress{0x5000}));
    CHECK(!translate(map, VirtualAddress{0x0000'8000'0000'0000}));  // not canonical
    CHECK(frames.allocated() == 4);
}

TEST_CASE("where no CPU has NX, no entry has its bit") {
    FakeFrames frames;
    PageMap map{frames.allocate(), false};
    map.map(map_base, PhysicalAddress{0x1000}, 0x1000, data);
    map.map(map_base + 0x1000, PhysicalAddress{0x2000}, 0x1000, read_only);
    for (const std::uint64_t offset : {0x0ul, 0x1000ul}) {
        CHECK(!map.walk(map_base + offset).last().entry.no_execute());
    }
    CHECK(map.walk(map_base).writable);
    CHECK(!map.walk(map_base + 0x1000).writable);
}

TEST_CASE_FIXTURE(PageMapFixture, "the processor's walk finds what was asked for") {
    map.map(map_base, PhysicalAddress{0x1000}, 0x1000, read_only);
    map.map(map_base + 0x1000, PhysicalAddress{0x2000}, 0x1000, data);
    map.map(map_base + 0x2000, PhysicalAddress{0x3000}, 0x1000, executable);
    map.map(map_base + 0x3000, PhysicalAddress{0xfee0'0000}, 0x1000,
            {.writable = true, .uncached = true});
    const auto rights = [&](std::uint64_t offset) {
        const x86::PageWalk walk = map.walk(map_base + offset);
        CHECK(!walk.user);
        return std::pair(walk.writable, walk.executable);
    };
    CHECK(rights(0) == std::pair(false, false));
    CHECK(rights(0x1000) == std::pair(true, false));
    CHECK(rights(0x2000) == std::pair(false, true));
    const x86::PageEntry mmio = map.walk(map_base + 0x3000).last().entry;
    CHECK((mmio.raw & x86::PageEntry::cache_disable_bit) != 0);
    CHECK((mmio.raw & x86::PageEntry::write_through_bit) != 0);
    CHECK(mmio.no_execute());
}

TEST_CASE_FIXTURE(PageMapFixture,
                  "2 MiB pages are used where both addresses allow it, and only there") {
    map.map(map_base + 0x1f'f000, PhysicalAddress{0x3f'f000}, 0x40'2000, data);
    CHECK(level_at(map_base + 0x1f'f000) == PageLevel::pt);
    CHECK(level_at(map_base + 0x20'0000) == PageLevel::pd);
    CHECK(level_at(map_base + 0x40'0000) == PageLevel::pd);
    CHECK(level_at(map_base + 0x60'0000) == PageLevel::pt);
    for (std::uint64_t offset = 0x1f'f000; offset < 0x60'1000; offset += 0x1000) {
        REQUIRE(translate(map, map_base + offset) == PhysicalAddress{offset + 0x20'0000});
    }
    CHECK(!translate(map, map_base + 0x60'1000));
    CHECK(!translate(map, map_base + 0x1f'efff));

    map.map(map_base + 0x4000'0000, PhysicalAddress{0x1000}, 0x20'0000, data);
    CHECK(level_at(map_base + 0x4000'0000) == PageLevel::pt);
}

TEST_CASE_FIXTURE(PageMapFixture,
                  "a mapping may cross tables of every level and end at the last byte") {
    const VirtualAddress address{0xffff'807f'ffe0'0000};  // just below a 512 GiB boundary
    map.map(address, PhysicalAddress{0x8000'0000}, 0x40'0000, data);
    CHECK(translate(map, address + 0x1f'ffff) == PhysicalAddress{0x801f'ffff});
    CHECK(translate(map, address + 0x20'0000) == PhysicalAddress{0x8020'0000});
    const VirtualAddress last{0xffff'ffff'ffff'f000};
    map.map(last, PhysicalAddress{0x1000}, 0x1000, data);
    CHECK(translate(map, last + 0xfff) == PhysicalAddress{0x1fff});
}

TEST_CASE_FIXTURE(PageMapFixture, "nothing is writable and executable") {
    CHECK_THROWS_WITH(
        map.map(map_base, PhysicalAddress{0}, 0x1000, {.writable = true, .executable = true}),
        doctest::Contains("writable and executable"));
    CHECK(frames.allocated() == 1);
}

TEST_CASE("the PML4 lies below 4 GiB") {
    FakeFrames frames(0xffff'f000);
    const PhysicalAddress below = frames.allocate();
    const PhysicalAddress above = frames.allocate();
    CHECK_NOTHROW(PageMap{below});
    CHECK_THROWS_WITH(PageMap{above}, doctest::Contains("32-bit"));
    CHECK_THROWS(PageMap{below + 8});
}

TEST_CASE_FIXTURE(PageMapFixture, "what is mapped is not mapped again") {
    map.map(map_base, PhysicalAddress{0x20'0000}, 0x20'0000, data);
    map.map(map_base + 0x20'0000, PhysicalAddress{0x1000}, 0x1000, data);
    CHECK_THROWS_WITH(map.map(map_base, PhysicalAddress{0x20'0000}, 0x20'0000, data),
                      doctest::Contains("mapped already"));
    CHECK_THROWS_WITH(map.map(map_base + 0x1000, PhysicalAddress{0x1000}, 0x1000, data),
                      doctest::Contains("mapped already"));  // in the huge page
    CHECK_THROWS_WITH(map.map(map_base + 0x20'0000, PhysicalAddress{0x1000}, 0x1000, data),
                      doctest::Contains("mapped already"));
    CHECK_THROWS_WITH(map.map(map_base + 0x20'0000, PhysicalAddress{0x40'0000}, 0x20'0000, data),
                      doctest::Contains("mapped already"));
    CHECK(translate(map, map_base + 0x20'0000) == PhysicalAddress{0x1000});
}

TEST_CASE_FIXTURE(PageMapFixture, "unaligned, empty and non-canonical mappings are refused") {
    CHECK_THROWS(map.map(map_base + 1, PhysicalAddress{0}, 0x1000, data));
    CHECK_THROWS(map.map(map_base, PhysicalAddress{1}, 0x1000, data));
    CHECK_THROWS(map.map(map_base, PhysicalAddress{0}, 0x1001, data));
    CHECK_THROWS(map.map(map_base, PhysicalAddress{0}, 0, data));
    CHECK_THROWS(map.map(VirtualAddress{0x0000'8000'0000'0000}, PhysicalAddress{0}, 0x1000, data));
    CHECK_THROWS(map.map(VirtualAddress{0x0000'7fff'ffff'f000}, PhysicalAddress{0}, 0x2000, data));
    CHECK_THROWS(map.map(VirtualAddress{0xffff'ffff'ffff'f000}, PhysicalAddress{0}, 0x2000, data));
    CHECK_THROWS(map.map(VirtualAddress{0x1000}, PhysicalAddress{0}, 0xffff'8000'0000'0000, data));
    CHECK(frames.allocated() == 1);
}

TEST_CASE("a table that cannot be allocated stops the mapping") {
    FakeFrames frames(0x1000, 2);
    PageMap map(frames.allocate());
    CHECK_THROWS(map.map(map_base, PhysicalAddress{0}, 0x1000, data));
    CHECK(!translate(map, map_base));
}

}  // namespace
