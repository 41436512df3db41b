#include <doctest/doctest.h>

#include "checker/guest/memory.h"
#include "tests/unit/checker/guest/memory_image.h"
#include "trampoline/mailbox.h"
#include "x86/page.h"

using evidence::LowMap;
using evidence::Registers;
using guest::LinearMemory;
using x86::PageEntry;
using x86::PhysicalAddress;

namespace {

constexpr std::uint64_t root = 0x1000;
constexpr std::uint64_t pdpt = 0x2000;
constexpr std::uint64_t directory = 0x3000;
constexpr std::uint64_t table = 0x4000;
constexpr std::uint64_t mib = 1 << 20;

Registers long_mode(std::uint64_t cr3 = root) {
    Registers registers;
    registers.control.cr0 = x86::cr0::pe | x86::cr0::pg;
    registers.control.cr3 = cr3;
    registers.control.cr4 = x86::cr4::pae;
    registers.control.efer = x86::efer::lme | x86::efer::lma | x86::efer::nxe;
    return registers;
}

// An upper half that is not to be looked at: an entry that leads to where no memory is.
MemoryImage image_with_upper_half() {
    MemoryImage image{0x10000};
    image.put(root + 256 * 8, PageEntry::table(PhysicalAddress{0x7fff'f000}));
    return image;
}

MemoryImage image_with_directory() {
    MemoryImage image = image_with_upper_half();
    image.put(root, PageEntry::table(PhysicalAddress{pdpt}));
    image.put(pdpt, PageEntry::table(PhysicalAddress{directory}));
    return image;
}

LowMap low_map_of(const MemoryImage& image) {
    const auto map = LinearMemory{image, {}, long_mode()}.low_map();
    REQUIRE(map);
    return *map;
}

}  // namespace

TEST_CASE("low map: nothing is mapped, and the upper half does not matter") {
    const LowMap map = low_map_of(image_with_upper_half());
    CHECK(map.pages.empty());
    CHECK(map.complete);
}

TEST_CASE("low map: one page of 2 MiB") {
    MemoryImage image = image_with_directory();
    image.put(directory,
              PageEntry::huge_page(PhysicalAddress{0}, {.writable = true, .executable = true}));
    const LowMap map = low_map_of(image);
    CHECK(map.complete);
    REQUIRE(map.pages.size() == 1);
    CHECK(map.pages[0].address.raw == 0);
    CHECK(map.pages[0].physical.raw == 0);
    CHECK(map.pages[0].size == 2 * mib);
    CHECK(map.pages[0].writable);
    CHECK(map.pages[0].executable);
    CHECK(!map.pages[0].user);
}

TEST_CASE("low map: 512 pages of 4 KiB, each with its own rights, and the highest address") {
    MemoryImage image = image_with_directory();
    image.put(directory, PageEntry::table(PhysicalAddress{table}));
    for (std::uint64_t i = 0; i < 512; ++i) {
        image.put(table + 8 * i, PageEntry::page(PhysicalAddress{x86::page_size * (i ^ 1)},
                                                 {.writable = i != 3, .executable = i == 3}));
    }
    image.put(root + 255 * 8, PageEntry::table(PhysicalAddress{0x5000}));
    image.put(0x5000 + 511 * 8, PageEntry::table(PhysicalAddress{0x6000}));
    image.put(0x6000 + 511 * 8, PageEntry::huge_page(PhysicalAddress{2 * mib}, {}));
    const LowMap map = low_map_of(image);
    CHECK(map.complete);
    REQUIRE(map.pages.size() == 513);
    CHECK(map.pages[3].address.raw == 0x3000);
    CHECK(map.pages[3].physical.raw == 0x2000);
    CHECK(map.pages[3].size == x86::page_size);
    CHECK(!map.pages[3].writable);
    CHECK(map.pages[3].executable);
    CHECK(map.pages[4].writable);
    CHECK(!map.pages[4].executable);
    CHECK(map.pages[512].address.raw == 0x7fff'ffe0'0000);
}

TEST_CASE("low map: of very many pages, and of tables that lead to each other, the first") {
    MemoryImage image = image_with_upper_half();
    image.put(root, PageEntry::table(PhysicalAddress{pdpt}));
    for (std::uint64_t i = 0; i < 512; ++i) {
        image.put(pdpt + 8 * i, PageEntry::table(PhysicalAddress{directory}));
        image.put(directory + 8 * i, PageEntry::huge_page(PhysicalAddress{0}, {}));
    }
    const LowMap many = low_map_of(image);
    CHECK(!many.complete);
    CHECK(many.pages.size() == 1024);
    CHECK(many.pages.back().address.raw == 1023 * 2 * mib);

    MemoryImage loop{0x10000};
    for (std::uint64_t i = 0; i < 512; ++i) {
        loop.put(root + 8 * i, PageEntry::table(PhysicalAddress{i == 511 ? root : pdpt}));
    }
    const LowMap looping = low_map_of(loop);
    CHECK(!looping.complete);
    CHECK(looping.pages.empty());
}

TEST_CASE("low map: tables that cannot be read leave it incomplete") {
    MemoryImage image = image_with_directory();
    image.put(directory, PageEntry::huge_page(PhysicalAddress{0}, {}));
    image.put(directory + 8, PageEntry::table(PhysicalAddress{0x10'0000}));
    const LowMap map = low_map_of(image);
    CHECK(!map.complete);
    CHECK(map.pages.size() == 1);

    const auto nowhere = LinearMemory{image, {}, long_mode(0xf'ffff'ffff'f000)}.low_map();
    REQUIRE(nowhere);
    CHECK(!nowhere->complete);
    CHECK(nowhere->pages.empty());
}

TEST_CASE("low map: only with 4-level paging on") {
    const MemoryImage image = image_with_upper_half();
    CHECK(!LinearMemory{image, {}, Registers{}}.low_map());
    Registers registers = long_mode();
    registers.control.cr0 = x86::cr0::pe;
    CHECK(!LinearMemory{image, {}, registers}.low_map());
    registers = long_mode();
    registers.control.efer = x86::efer::lme;
    CHECK(!LinearMemory{image, {}, registers}.low_map());
    registers = long_mode();
    registers.control.cr4 = x86::cr4::pae | x86::cr4::la57;
    CHECK(!LinearMemory{image, {}, registers}.low_map());
}

TEST_CASE("arrival: what it has mapped, and which entries its root has") {
    const MemoryImage image = image_with_upper_half();
    Registers registers = long_mode();
    registers.rsp = 0x3ff8;
    const evidence::Arrival arrival = LinearMemory{image, {}, registers}.arrival();
    CHECK(arrival.registers.rsp == 0x3ff8);
    CHECK(arrival.low_map.complete);
    CHECK(!arrival.root_entries.empty());

    const evidence::Arrival strange = LinearMemory{MemoryImage{0x1000}, {}, Registers{}}.arrival();
    CHECK(strange.root_entries.empty());
    CHECK(!strange.low_map.complete);
}
