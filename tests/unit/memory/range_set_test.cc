#include "memory/range_set.h"

#include <bitset>
#include <doctest/doctest.h>
#include <random>
#include <vector>

#include "tests/unit/memory/range.h"

namespace {

using memory::PhysicalRange;
using memory::RangeSet;
using test::range;
using x86::PhysicalAddress;

std::vector<PhysicalRange> ranges_of(const RangeSet& set) {
    return {set.begin(), set.end()};
}

TEST_CASE("ranges are rounded inwards for what is given away and outwards for what is not") {
    CHECK(range(0x1001, 0x3fff).whole_pages() == range(0x2000, 0x3000));
    CHECK(range(0x1001, 0x3001).touched_pages() == range(0x1000, 0x4000));
    CHECK(range(0x1001, 0x1fff).whole_pages().empty());
    CHECK(range(0x1001, 0x1fff).whole_pages().size() == 0);
    CHECK(range(0x2000, 0x3000).whole_pages() == range(0x2000, 0x3000));
}

TEST_CASE("a length that passes the end of physical memory is cut off") {
    constexpr std::uint64_t limit = std::uint64_t{1} << 52;
    CHECK(PhysicalRange::of(PhysicalAddress{0x1000}, ~std::uint64_t{0}) == range(0x1000, limit));
    CHECK(PhysicalRange::of(PhysicalAddress{~std::uint64_t{0}}, 5).empty());
}

TEST_CASE("ranges that overlap or touch become one") {
    RangeSet set;
    set.add(range(0x5000, 0x6000));
    set.add(range(0x1000, 0x2000));
    set.add(range(0x3000, 0x4000));
    CHECK(ranges_of(set) ==
          std::vector{range(0x1000, 0x2000), range(0x3000, 0x4000), range(0x5000, 0x6000)});
    set.add(range(0x2000, 0x3800));
    CHECK(ranges_of(set) == std::vector{range(0x1000, 0x4000), range(0x5000, 0x6000)});
    set.add(range(0, 0x10000));
    CHECK(ranges_of(set) == std::vector{range(0, 0x10000)});
}

TEST_CASE("removing splits, trims and swallows") {
    RangeSet set;
    set.add(range(0x1000, 0x9000));
    set.remove(range(0x3000, 0x4000));
    CHECK(ranges_of(set) == std::vector{range(0x1000, 0x3000), range(0x4000, 0x9000)});
    set.remove(range(0x0, 0x2000));
    set.remove(range(0x8000, 0xa000));
    CHECK(ranges_of(set) == std::vector{range(0x2000, 0x3000), range(0x4000, 0x8000)});
    set.remove(range(0x2000, 0x3000));
    set.remove(range(0x5000, 0x5000));  // nothing: must not split
    CHECK(ranges_of(set) == std::vector{range(0x4000, 0x8000)});
}

TEST_CASE("find looks for one piece, on a page, at or above the floor") {
    RangeSet set;
    set.add(range(0x1000, 0x3000));
    set.add(range(0x4800, 0x9000));
    CHECK(set.find(0x2000, PhysicalAddress{}) == range(0x1000, 0x3000));
    CHECK(set.find(0x2000, PhysicalAddress{0x1001}) == range(0x5000, 0x7000));
    CHECK(set.find(0x4000, PhysicalAddress{}) == range(0x5000, 0x9000));
    CHECK(set.find(0x4001, PhysicalAddress{}) == std::nullopt);
    CHECK(set.find(0x1000, PhysicalAddress{0x9000}) == std::nullopt);
}

TEST_CASE("too many ranges are an error, not a silent loss") {
    RangeSet set;
    for (std::uint64_t i = 0; i < RangeSet::capacity; ++i) {
        set.add(range(i * 0x2000, i * 0x2000 + 0x1000));
    }
    CHECK_THROWS(set.add(range(0x1000'0000, 0x1000'1000)));
}

TEST_CASE("random additions and removals agree with a set of bits") {
    std::mt19937 random(20);
    for (int round = 0; round < 50; ++round) {
        RangeSet set;
        std::bitset<128> model;
        for (int step = 0; step < 60; ++step) {
            const std::uint64_t start = random() % 128;
            const std::uint64_t end = start + random() % (129 - start);
            const bool adding = random() % 2 == 0;
            adding ? set.add(range(start, end)) : set.remove(range(start, end));
            for (std::uint64_t i = start; i < end; ++i) {
                model[i] = adding;
            }
            for (std::uint64_t i = 0; i < 128; ++i) {
                REQUIRE(set.contains(PhysicalAddress{i}) == model[i]);
            }
            REQUIRE(set.size() == model.count());
            const auto all = ranges_of(set);
            for (std::size_t i = 1; i < all.size(); ++i) {
                REQUIRE(all[i - 1].end < all[i].start);
            }
        }
    }
}

}  // namespace
