#include "boot/memory_map.h"

#include <doctest/doctest.h>
#include <vector>

namespace {

using boot::MemoryRange;

MemoryRange range(std::uint64_t base, std::uint64_t length, bool is_available) {
    return {x86::PhysicalAddress{base}, length, is_available};
}

std::vector<MemoryRange> normalised(const std::vector<MemoryRange>& firmware) {
    boot::MemoryMap map;
    REQUIRE(boot::normalise(firmware, map));
    return {map.begin(), map.end()};
}

constexpr bool available = true;
constexpr bool reserved = false;
constexpr std::uint64_t top = std::uint64_t{1} << 52;

}  // namespace

TEST_CASE("normalise: sorts") {
    CHECK(normalised({range(0x3000, 0x1000, reserved), range(0x1000, 0x1000, available)}) ==
          std::vector{range(0x1000, 0x1000, available), range(0x3000, 0x1000, reserved)});
}

TEST_CASE("normalise: merges what touches and is alike, and nothing else") {
    CHECK(normalised({range(0x2000, 0x1000, available), range(0x1000, 0x1000, available),
                      range(0x3000, 0x1000, reserved), range(0x5000, 0x1000, reserved)}) ==
          std::vector{range(0x1000, 0x2000, available), range(0x3000, 0x1000, reserved),
                      range(0x5000, 0x1000, reserved)});
}

TEST_CASE("normalise: an overlap goes to what is not available, in whatever order they come") {
    const std::vector expected{range(0x1000, 0x1000, available), range(0x2000, 0x1000, reserved),
                               range(0x3000, 0x1000, available)};
    CHECK(normalised({range(0x1000, 0x3000, available), range(0x2000, 0x1000, reserved)}) ==
          expected);
    CHECK(normalised({range(0x2000, 0x1000, reserved), range(0x1000, 0x3000, available)}) ==
          expected);
}

TEST_CASE("normalise: drops empty ranges, also between two that merge") {
    CHECK(normalised({range(0x1000, 0, reserved)}).empty());
    CHECK(normalised({range(0x1000, 0x2000, available), range(0x2000, 0, reserved)}) ==
          std::vector{range(0x1000, 0x2000, available)});
}

TEST_CASE("normalise: cuts what no physical address can reach") {
    CHECK(normalised({range(top - 0x1000, 0x2000, available)}) ==
          std::vector{range(top - 0x1000, 0x1000, available)});
    CHECK(normalised({range(top, 0x1000, available)}).empty());
    CHECK(normalised({range(0x1000, UINT64_MAX, reserved)}) ==
          std::vector{range(0x1000, top - 0x1000, reserved)});
    CHECK(normalised({range(UINT64_MAX, UINT64_MAX, reserved)}).empty());
}

TEST_CASE("normalise: as many ranges as the map holds fit, one more does not") {
    std::vector<MemoryRange> firmware;
    for (std::uint64_t i = 0; i != boot::max_memory_ranges; ++i) {
        firmware.push_back(range(i * 0x2000, 0x1000, available));
    }
    CHECK(normalised(firmware) == firmware);
    boot::MemoryMap map;
    firmware.back().length += 0x1000;
    firmware.push_back(range(firmware.back().end().raw, 0x1000, reserved));
    CHECK_FALSE(boot::normalise(firmware, map));
}

TEST_CASE("normalise: a hole in one range costs two more") {
    std::vector firmware{range(0, top, available)};
    for (std::uint64_t i = 1; i != boot::max_memory_ranges; ++i) {
        firmware.push_back(range(i * 0x2000, 0x1000, reserved));
    }
    boot::MemoryMap map;
    CHECK_FALSE(boot::normalise(firmware, map));
}

TEST_CASE("FirmwareRange: what is not available, of a known kind or not") {
    CHECK(boot::FirmwareRange{0x1000, 0x2000, 1, 0}.range().available);
    for (const std::uint32_t type : {0u, 2u, 3u, 4u, 5u, 7u, 12u, 0xffffffffu}) {
        CHECK_FALSE(boot::FirmwareRange{0x1000, 0x2000, type, 0}.range().available);
    }
}
