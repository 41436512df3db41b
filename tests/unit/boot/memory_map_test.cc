#include "boot/memory_map.h"

#include <doctest/doctest.h>
#include <vector>

namespace {

using boot::MemoryKind;
using boot::MemoryRange;

MemoryRange range(std::uint64_t base, std::uint64_t length, MemoryKind kind) {
    return {x86::PhysicalAddress{base}, length, kind};
}

std::vector<MemoryRange> normalised(const std::vector<MemoryRange>& firmware) {
    boot::MemoryMap map;
    REQUIRE(boot::normalise(firmware, map));
    return {map.begin(), map.end()};
}

constexpr auto available = MemoryKind::available;
constexpr auto reserved = MemoryKind::reserved;
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

TEST_CASE("normalise: an overlap goes to the more restrictive kind, in whatever order they come") {
    const std::vector expected{range(0x1000, 0x1000, available), range(0x2000, 0x1000, reserved),
                               range(0x3000, 0x1000, available)};
    CHECK(normalised({range(0x1000, 0x3000, available), range(0x2000, 0x1000, reserved)}) ==
          expected);
    CHECK(normalised({range(0x2000, 0x1000, reserved), range(0x1000, 0x3000, available)}) ==
          expected);
}

TEST_CASE("normalise: each kind yields to every kind after it") {
    const std::vector kinds{MemoryKind::available, MemoryKind::acpi_reclaimable,
                            MemoryKind::acpi_nvs, MemoryKind::reserved, MemoryKind::defective};
    for (std::size_t i = 0; i + 1 != kinds.size(); ++i) {
        CHECK(normalised({range(0, 0x1000, kinds[i]), range(0, 0x1000, kinds[i + 1])}) ==
              std::vector{range(0, 0x1000, kinds[i + 1])});
    }
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

TEST_CASE("FirmwareRange: the kinds of e820, and reserved for all that we do not know") {
    const auto kind_of = [](std::uint32_t type) {
        return boot::FirmwareRange{0x1000, 0x2000, type, 0}.range().kind;
    };
    CHECK(kind_of(1) == MemoryKind::available);
    CHECK(kind_of(2) == MemoryKind::reserved);
    CHECK(kind_of(3) == MemoryKind::acpi_reclaimable);
    CHECK(kind_of(4) == MemoryKind::acpi_nvs);
    CHECK(kind_of(5) == MemoryKind::defective);
    for (const std::uint32_t type : {0u, 6u, 7u, 12u, 0xffffffffu}) {
        CHECK(kind_of(type) == MemoryKind::reserved);
    }
}
