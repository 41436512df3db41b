#include "memory/kernel_mappings.h"

#include <doctest/doctest.h>

#include "memory/layout.h"
#include "memory/w_xor_x.h"
#include "tests/unit/memory/fake_frames.h"

namespace {

using memory::KernelImage;
using memory::PageMap;
using memory::RangeSet;
using x86::PageWalk;
using x86::PhysicalAddress;
using x86::VirtualAddress;
using x86::WalkOutcome;

VirtualAddress linked(std::uint64_t physical) {
    return memory::kernel_base + physical;
}

/// A kernel at 1 MiB on a machine of 16 MiB, with 2 MiB more above 4 GiB.
struct MappingsFixture {
    FakeFrames frames;
    PageMap map{frames.allocate(), frames, x86::efer::nxe};
    KernelImage image{.text = {linked(0x10'8000), linked(0x12'0000)},
                      .rodata = {linked(0x14'5000), linked(0x14'a000)},
                      .data = {linked(0x12'0000), linked(0x14'5000)},
                      .stack_guards = {linked(0x12'1000), linked(0x12'3000)}};
    RangeSet ram;

    MappingsFixture() {
        ram.add({PhysicalAddress{0}, PhysicalAddress{0x9'f000}});
        ram.add({PhysicalAddress{0x10'0000}, PhysicalAddress{0xfe'0000}});
        ram.add({PhysicalAddress{0x1'0000'0000}, PhysicalAddress{0x1'0020'0000}});
        memory::map_image(map, image);
        memory::map_ram(map, ram, image);
    }

    void check(VirtualAddress address, std::uint64_t physical, bool writable, bool executable) {
        const PageWalk walk = map.walk(address);
        CHECK(walk.outcome == WalkOutcome::mapped);
        CHECK(walk.physical == PhysicalAddress{physical});
        CHECK(walk.writable == writable);
        CHECK(walk.executable == executable);
        CHECK(!walk.user);
    }
};

TEST_CASE_FIXTURE(MappingsFixture, "the image has the rights of its parts") {
    check(linked(0x10'8000), 0x10'8000, false, true);
    check(linked(0x11'ffff), 0x11'ffff, false, true);
    check(linked(0x12'0000), 0x12'0000, true, false);
    check(linked(0x14'4fff), 0x14'4fff, true, false);
    check(linked(0x14'5000), 0x14'5000, false, false);
    CHECK(!map.translate(linked(0x10'7fff)));
    CHECK(!map.translate(linked(0x14'a000)));
}

TEST_CASE_FIXTURE(MappingsFixture, "the guard pages are absent, their neighbours are not") {
    for (const VirtualAddress guard : image.stack_guards) {
        CHECK(map.translate(guard - 1));
        CHECK(!map.translate(guard));
        CHECK(!map.translate(guard + 0xfff));
        CHECK(map.translate(guard + 0x1000));
    }
}

TEST_CASE_FIXTURE(MappingsFixture, "the direct map has the RAM and nothing else") {
    using memory::direct_map;
    check(direct_map(PhysicalAddress{0x8000}), 0x8000, true, false);
    check(direct_map(PhysicalAddress{0xfd'ffff}), 0xfd'ffff, true, false);
    check(direct_map(PhysicalAddress{0x1'0012'3456}), 0x1'0012'3456, true, false);
    for (const std::uint64_t absent :
         {0x9'f000ull, 0xf'ffffull, 0xfe'0000ull, 0xffff'ffffull, 0x1'0020'0000ull}) {
        CHECK(!map.translate(direct_map(PhysicalAddress{absent})));
    }
    CHECK(map.walk(direct_map(PhysicalAddress{0x40'0000})).mapped_size() == x86::huge_page_size);
}

TEST_CASE_FIXTURE(MappingsFixture,
                  "text and rodata cannot be written through the direct map either") {
    using memory::direct_map;
    check(direct_map(PhysicalAddress{0x10'7fff}), 0x10'7fff, true, false);
    check(direct_map(PhysicalAddress{0x10'8000}), 0x10'8000, false, false);
    check(direct_map(PhysicalAddress{0x11'ffff}), 0x11'ffff, false, false);
    check(direct_map(PhysicalAddress{0x12'0000}), 0x12'0000, true, false);
    check(direct_map(PhysicalAddress{0x14'5000}), 0x14'5000, false, false);
    check(direct_map(PhysicalAddress{0x14'a000}), 0x14'a000, true, false);
}

TEST_CASE_FIXTURE(MappingsFixture,
                  "the lower half is empty, and no memory is writable and executable") {
    for (std::size_t i = 0; i < 256; ++i) {
        CHECK(!map.root_table()[i].present());
    }
    const auto reader = [this](PhysicalAddress place) { return frames.read_entry(place); };
    CHECK(!memory::find_w_xor_x_violation(map.root(), reader));

    // The scanner would have seen it:
    map.map(VirtualAddress{0}, PhysicalAddress{0x10'8000}, 0x1000, {.writable = true});
    CHECK(memory::find_w_xor_x_violation(map.root(), reader));
}

TEST_CASE_FIXTURE(MappingsFixture, "a guard page outside the data is refused") {
    PageMap other{frames.allocate(), frames, x86::efer::nxe};
    image.stack_guards[1] = image.data.end;
    CHECK_THROWS(memory::map_image(other, image));
    image.stack_guards[0] = image.data.start - x86::page_size;
    CHECK_THROWS(memory::map_image(other, image));
}

TEST_CASE_FIXTURE(MappingsFixture, "map_missing fills gaps and leaves the rest alone") {
    using memory::direct_map;
    memory::map_missing(map, memory::direct_map_base, PhysicalAddress{0x9'ec00}, 0x1800, {});
    check(direct_map(PhysicalAddress{0x9'e000}), 0x9'e000, true, false);   // was there
    check(direct_map(PhysicalAddress{0x9'f000}), 0x9'f000, false, false);  // is new
    check(direct_map(PhysicalAddress{0xa'0000}), 0xa'0000, false, false);
    CHECK(!map.translate(direct_map(PhysicalAddress{0xa'1000})));
    memory::map_missing(map, memory::direct_map_base, PhysicalAddress{0x9'ec00}, 0x1800, {});

    memory::map_missing(map, memory::mmio_base, PhysicalAddress{0xfee0'0000}, 0x1000,
                        {.writable = true, .uncached = true});
    CHECK(map.walk(memory::mmio_base + 0xfee0'0000).last().entry.cache_disabled());
    CHECK(!map.translate(memory::mmio_base + 0xfee0'1000));
}

}  // namespace
