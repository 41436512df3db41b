#include "checker/guest/memory.h"

#include <doctest/doctest.h>

#include "tests/unit/checker/guest/memory_image.h"
#include "x86/page.h"

using evidence::Registers;
using guest::LinearMemory;
using guest::RamFile;
using x86::PageEntry;
using x86::PhysicalAddress;

namespace {

constexpr std::uint64_t gib = std::uint64_t{1} << 30;

Registers long_mode(std::uint64_t cr3, bool nxe) {
    Registers registers;
    registers.control.cr0 = x86::cr0::pe | x86::cr0::pg;
    registers.control.cr3 = cr3;
    registers.control.cr4 = x86::cr4::pae;
    registers.control.efer = x86::efer::lme | x86::efer::lma;
    if (nxe) {
        registers.control.efer |= x86::efer::nxe;
    }
    return registers;
}

// 0xffffffff80000000: a page at 0x5000, one at 0x7000 that is NX, and a hole.
MemoryImage image_with_tables() {
    MemoryImage image{0x10000};
    image.put(0x1000 + 511 * 8, PageEntry::table(PhysicalAddress{0x2000}));
    image.put(0x2000 + 510 * 8, PageEntry::table(PhysicalAddress{0x3000}));
    image.put(0x3000, PageEntry::table(PhysicalAddress{0x4000}));
    image.put(0x4000, PageEntry::page(PhysicalAddress{0x5000}, {.executable = true}));
    image.put(0x4008, PageEntry::page(PhysicalAddress{0x7000}, {.writable = true}));
    image.put(0x5ffe, std::uint16_t{0x2211});
    image.put(0x7000, std::uint16_t{0x4433});
    return image;
}

}  // namespace

TEST_CASE("ram file: what does not fit below the hole goes on at 4 GiB") {
    std::vector<std::byte> bytes(0x4000);
    bytes[0x2fff] = std::byte{1};
    bytes[0x3000] = std::byte{2};
    const RamFile ram{bytes, 0x3000};
    CHECK(ram.at(PhysicalAddress{0x2fff}, 1)[0] == std::byte{1});
    CHECK(ram.at(PhysicalAddress{0x3000}, 1).empty());
    CHECK(ram.at(PhysicalAddress{0x2fff}, 2).empty());
    CHECK(ram.at(PhysicalAddress{4 * gib}, 1)[0] == std::byte{2});
    CHECK(ram.at(PhysicalAddress{4 * gib + 0xfff}, 1).size() == 1);
    CHECK(ram.at(PhysicalAddress{4 * gib + 0xfff}, 2).empty());
    CHECK(ram.at(PhysicalAddress{~std::uint64_t{0}}, 8).empty());
}

TEST_CASE("linear memory: reads cross pages, and end where nothing is mapped") {
    const MemoryImage image = image_with_tables();
    const Registers registers = long_mode(0x1000, true);
    const LinearMemory memory{image, {}, registers};
    CHECK(memory.read<std::uint32_t>(0xffffffff80000ffe) == 0x44332211u);
    CHECK(!memory.read<std::uint32_t>(0xffffffff80001ffe));
    CHECK(memory.read(0xffffffff80001ffe, 100).size() == 2);
    CHECK(memory.read(0x1000, 1).empty());
    CHECK(memory.read(0x1000000000000000, 1).empty());
}

TEST_CASE("linear memory: the CPU's own EFER decides what is reserved") {
    const MemoryImage image = image_with_tables();
    const Registers registers = long_mode(0x1000, false);
    const LinearMemory memory{image, {}, registers};
    const x86::PageWalk walk = memory.walk(0xffffffff80001000);
    CHECK(walk.outcome == x86::WalkOutcome::reserved_bit);
    CHECK(walk.reserved_bit() == 63);
    CHECK(memory.read<std::uint16_t>(0xffffffff80000ffe) == 0x2211);
    CHECK(memory.read(0xffffffff80001000, 1).empty());
}

TEST_CASE("linear memory: without paging addresses are physical") {
    const MemoryImage image = image_with_tables();
    const Registers registers;
    const LinearMemory memory{image, {}, registers};
    CHECK(memory.read<std::uint16_t>(0x7000) == 0x4433);
    CHECK(memory.walk(0x7000).step_count == 0);
}
