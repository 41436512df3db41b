#include "memory/ram.h"

#include <array>
#include <doctest/doctest.h>
#include <vector>

#include "memory/layout.h"
#include "tests/unit/memory/range.h"

namespace {

using boot::MemoryKind;
using boot::MemoryRange;
using memory::PhysicalRange;
using test::range;
using x86::PhysicalAddress;

MemoryRange firmware(std::uint64_t base, std::uint64_t length, MemoryKind kind) {
    return {PhysicalAddress{base}, length, kind};
}

std::vector<PhysicalRange> ram(std::vector<MemoryRange> map) {
    memory::RangeSet set;
    memory::find_available_ram(map, set);
    return {set.begin(), set.end()};
}

TEST_CASE("the map of a small machine as SeaBIOS gives it") {
    CHECK(ram({
              firmware(0, 0x9fc00, MemoryKind::available),
              firmware(0x9fc00, 0x400, MemoryKind::reserved),
              firmware(0xf0000, 0x10000, MemoryKind::reserved),
              firmware(0x10'0000, 0x3ee'0000, MemoryKind::available),
              firmware(0x3fe'0000, 0x2'0000, MemoryKind::reserved),
              firmware(0xfffc'0000, 0x4'0000, MemoryKind::reserved),
          }) == std::vector{range(0, 0x9f000), range(0x10'0000, 0x3fe'0000)});
}

TEST_CASE("memory above 4 GiB counts, up to what the allocator manages") {
    const std::uint64_t end = memory::managed_memory_end.raw;
    CHECK(ram({
              firmware(0x10'0000, 0x7ff0'0000, MemoryKind::available),
              firmware(0x1'0000'0000, 0x8000'0000, MemoryKind::available),
              firmware(end - 0x1000, 0x8000, MemoryKind::available),
              firmware(end + 0x10000, 0x8000, MemoryKind::available),
          }) == std::vector{range(0x10'0000, 0x8000'0000), range(0x1'0000'0000, 0x1'8000'0000),
                            range(end - 0x1000, end)});
}

TEST_CASE("overlaps: what is not available wins, whatever the order") {
    for (const bool reserved_first : {false, true}) {
        std::vector map{firmware(0x10'0000, 0x10'0000, MemoryKind::available),
                        firmware(0x18'0800, 0x1000, MemoryKind::acpi_reclaimable),
                        firmware(0x1f'ffff, 1, MemoryKind::defective),
                        firmware(0x10'0000, 0, MemoryKind::reserved)};
        if (reserved_first) {
            std::swap(map.front(), map.back());
        }
        CHECK(ram(map) == std::vector{range(0x10'0000, 0x18'0000), range(0x18'2000, 0x1f'f000)});
    }
}

TEST_CASE("a range that is available in pieces of less than a page gives what fits") {
    CHECK(ram({firmware(0x1800, 0x1000, MemoryKind::available)}).empty());
    CHECK(ram({firmware(0x1800, 0x1800, MemoryKind::available)}) ==
          std::vector{range(0x2000, 0x3000)});
    CHECK(ram({firmware(0x1000, ~std::uint64_t{0}, MemoryKind::available)}) ==
          std::vector{range(0x1000, memory::managed_memory_end.raw)});
    CHECK(ram({}).empty());
}

}  // namespace
