#include "memory/w_xor_x.h"

#include <doctest/doctest.h>
#include <vector>

#include "memory/page_map.h"
#include "tests/unit/kernel/memory/fake_frames.h"

namespace {

using Kind = memory::WXorXViolation::Kind;
using memory::MappedPage;
using memory::PageMap;
using memory::ScanEnd;
using x86::PageEntry;
using x86::PhysicalAddress;
using x86::VirtualAddress;

constexpr VirtualAddress upper{0xffff'8000'0000'0000};

struct ScanFixture {
    FakeFrames frames;
    PageMap map{frames.allocate()};

    auto reader() const {
        return [this](PhysicalAddress place) { return frames.read_entry(place); };
    }
    std::vector<MappedPage> pages() const {
        std::vector<MappedPage> result;
        const ScanEnd end =
            memory::for_each_page(map.root(), reader(), [&](const MappedPage& page) {
                result.push_back(page);
                return true;
            });
        CHECK(end == ScanEnd::complete);
        return result;
    }
    auto violation() const { return memory::find_w_xor_x_violation(map.root(), reader()); }
    PageEntry& entry(VirtualAddress address) {
        const x86::WalkStep step = map.walk(address).last();
        return frames.table(x86::align_down(step.entry_address, x86::page_size))[step.index];
    }
};

TEST_CASE_FIXTURE(ScanFixture,
                  "the scan finds every page, with sizes and addresses of both halves") {
    map.map(VirtualAddress{0x7fff'ffff'f000}, PhysicalAddress{0x5000}, 0x1000, {});
    map.map(upper + 0x1f'f000, PhysicalAddress{0x1f'f000}, 0x20'1000, {.writable = true});
    map.map(VirtualAddress{0xffff'ffff'ffff'f000}, PhysicalAddress{0x7000}, 0x1000,
            {.executable = true});
    const auto found = pages();
    REQUIRE(found.size() == 4);
    CHECK(found[0].address.raw == 0x7fff'ffff'f000);
    CHECK(found[0].physical.raw == 0x5000);
    CHECK((!found[0].writable && !found[0].executable && !found[0].user));
    CHECK(found[1].address == upper + 0x1f'f000);
    CHECK(found[1].size == 0x1000);
    CHECK(found[2].address == upper + 0x20'0000);
    CHECK(found[2].physical.raw == 0x20'0000);
    CHECK(found[2].size == 0x20'0000);
    CHECK((found[2].writable && !found[2].executable));
    CHECK(found[3].address.raw == 0xffff'ffff'ffff'f000);
    CHECK((!found[3].writable && found[3].executable));
}

TEST_CASE_FIXTURE(ScanFixture,
                  "bit 12 of a large page's entry is PAT, and no part of its address") {
    map.map(upper, PhysicalAddress{0x20'0000}, 0x20'0000, {});
    entry(upper).raw |= 0x1000;
    CHECK(pages()[0].physical == PhysicalAddress{0x20'0000});
}

TEST_CASE_FIXTURE(ScanFixture, "every level of the walk has its say") {
    map.map(upper, PhysicalAddress{0x1000}, 0x1000, {.writable = true});
    PageEntry& leaf = entry(upper);
    leaf.raw &= ~PageEntry::no_execute_bit;
    CHECK(violation()->kind == Kind::writable_and_executable);

    PageEntry& pml4e = frames.table(map.root())[256];
    const PageEntry permissive = pml4e;
    pml4e.raw |= PageEntry::no_execute_bit;
    CHECK(!violation());
    pml4e.raw = permissive.raw & ~PageEntry::writable_bit;
    CHECK(!violation());
    pml4e.raw = permissive.raw | PageEntry::user_bit;
    leaf.raw |= PageEntry::user_bit;
    CHECK(!pages()[0].user);  // the levels between do not allow it
}

TEST_CASE_FIXTURE(ScanFixture, "the first page that is writable and executable is named") {
    map.map(upper, PhysicalAddress{0x1000}, 0x3000, {.writable = true});
    CHECK(!violation());
    entry(upper + 0x1000).raw &= ~PageEntry::no_execute_bit;
    entry(upper + 0x2000).raw &= ~PageEntry::no_execute_bit;
    REQUIRE(violation());
    CHECK(violation()->kind == Kind::writable_and_executable);
    CHECK(violation()->page.address == upper + 0x1000);
    CHECK(violation()->page.physical.raw == 0x2000);
}

TEST_CASE_FIXTURE(ScanFixture, "memory that is writable here and executable there is found") {
    const VirtualAddress code{0xffff'ffff'8010'0000};
    map.map(code, PhysicalAddress{0x10'0000}, 0x3000, {.executable = true});
    map.map(upper + 0x10'3000, PhysicalAddress{0x10'3000}, 0x1000, {.writable = true});
    map.map(upper + 0xf'f000, PhysicalAddress{0xf'f000}, 0x1000, {.writable = true});
    map.map(upper + 0x10'1000, PhysicalAddress{0x10'1000}, 0x1000, {});
    CHECK(!violation());
    map.map(upper + 0x10'2000, PhysicalAddress{0x10'2000}, 0x1000, {.writable = true});
    REQUIRE(violation());
    CHECK(violation()->kind == Kind::aliased);
    CHECK(violation()->page.address == upper + 0x10'2000);
    CHECK(violation()->executable.address == code);

    SUBCASE("inside a larger page too") {
        entry(upper + 0x10'2000) = {};
        CHECK(!violation());
        map.map(upper + 0x4000'0000, PhysicalAddress{0}, 0x20'0000, {.writable = true});
        CHECK(violation()->page.address == upper + 0x4000'0000);
    }
}

TEST_CASE_FIXTURE(ScanFixture, "tables that cannot be read, or have no end, are no clean bill") {
    map.map(upper, PhysicalAddress{0x1000}, 0x1000, {});
    SUBCASE("outside memory") {
        frames.table(map.root())[300] = PageEntry::table(PhysicalAddress{0xdead'0000});
        CHECK(violation()->kind == Kind::unreadable);
    }
    SUBCASE("a PML4 that is its own next table at every index") {
        for (std::size_t i = 0; i < 512; ++i) {
            frames.table(map.root())[i] = PageEntry::table(map.root());
            frames.table(map.root())[i].raw |= PageEntry::no_execute_bit;
        }
        CHECK(violation()->kind == Kind::too_complex);
    }
    SUBCASE("more separate pieces of code than anyone has") {
        for (std::uint64_t i = 0; i < 40; ++i) {
            map.map(upper + 0x10'0000 + i * 0x1000, PhysicalAddress{0x10'0000 + i * 0x2000}, 0x1000,
                    {.executable = true});
        }
        CHECK(violation()->kind == Kind::too_complex);
    }
}

TEST_CASE_FIXTURE(ScanFixture, "a visitor may stop the scan") {
    map.map(upper, PhysicalAddress{0x1000}, 0x5000, {});
    int seen = 0;
    const ScanEnd end =
        memory::for_each_page(map.root(), reader(), [&](const MappedPage&) { return ++seen < 3; });
    CHECK(end == ScanEnd::stopped);
    CHECK(seen == 3);
}

}  // namespace
