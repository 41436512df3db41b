#include "x86/page_walk.h"

#include <cstdint>
#include <doctest/doctest.h>
#include <map>
#include <optional>

using namespace x86;

namespace {

constexpr PhysicalAddress root{0x1000};
constexpr PhysicalAddress pdpt{0x2000};
constexpr PhysicalAddress pd{0x3000};
constexpr PhysicalAddress pt{0x4000};
constexpr PhysicalAddress frame{0x5000};

// Its indices are 1, 2, 3, 4 and its offset 0x678.
constexpr VirtualAddress address{1ull << 39 | 2ull << 30 | 3ull << 21 | 4ull << 12 | 0x678};
constexpr PhysicalAddress pml4_entry = root + 1 * 8;
constexpr PhysicalAddress pdpt_entry = pdpt + 2 * 8;
constexpr PhysicalAddress pd_entry = pd + 3 * 8;
constexpr PhysicalAddress pt_entry = pt + 4 * 8;

constexpr PageAccess everything{.writable = true, .executable = true};

/// A machine whose only memory is four entries on the way to `frame`.
struct Memory {
    std::map<PhysicalAddress, PageEntry> entries{
        {pml4_entry, PageEntry::table(pdpt)},
        {pdpt_entry, PageEntry::table(pd)},
        {pd_entry, PageEntry::table(pt)},
        {pt_entry, PageEntry::page(frame, everything)},
    };

    PageWalk walk(WalkRules rules = {.nxe = true, .gib_pages = true, .physical_bits = 40},
                  VirtualAddress from = address) const {
        return x86::walk(
            root, from,
            [&](PhysicalAddress at) -> std::optional<PageEntry> {
                const auto found = entries.find(at);
                return found == entries.end() ? std::nullopt : std::optional{found->second};
            },
            rules);
    }

    void set(PhysicalAddress entry, std::uint64_t bits) { entries[entry].raw |= bits; }
    void clear(PhysicalAddress entry, std::uint64_t bits) { entries[entry].raw &= ~bits; }
};

struct Place {
    PhysicalAddress entry;
    PageLevel level;
    std::size_t steps;
};
constexpr Place places[]{
    {pml4_entry, PageLevel::pml4, 1},
    {pdpt_entry, PageLevel::pdpt, 2},
    {pd_entry, PageLevel::pd, 3},
    {pt_entry, PageLevel::pt, 4},
};

void check_reserved(const PageWalk& walk, PageLevel level, unsigned bit_number) {
    CHECK(walk.outcome == WalkOutcome::reserved_bit);
    CHECK(walk.last().level == level);
    CHECK(walk.reserved_bit() == bit_number);
    CHECK(walk.reserved_bits == bit(bit_number));
}

}  // namespace

TEST_CASE("a walk of four levels keeps every step") {
    const PageWalk walk = Memory{}.walk();
    CHECK(walk.outcome == WalkOutcome::mapped);
    CHECK(walk.address == address);
    CHECK(walk.physical == frame + 0x678);
    CHECK(walk.reserved_bits == 0);
    REQUIRE(walk.taken().size() == 4);
    for (std::size_t step = 0; step < 4; ++step) {
        CHECK(walk.steps[step].level == places[step].level);
        CHECK(walk.steps[step].index == step + 1);
        CHECK(walk.steps[step].entry_address == places[step].entry);
    }
    CHECK(walk.last().entry == PageEntry::page(frame, everything));
}

TEST_CASE("a walk ends at the level that is not present") {
    for (const Place& place : places) {
        Memory memory;
        memory.clear(place.entry, PageEntry::present_bit);
        const PageWalk walk = memory.walk();
        CHECK(walk.outcome == WalkOutcome::not_present);
        CHECK(walk.last().level == place.level);
        CHECK(walk.step_count == place.steps);
    }
}

TEST_CASE("an entry that is not present reserves nothing") {
    Memory memory;
    memory.entries[pd_entry] = PageEntry{~PageEntry::present_bit};
    const PageWalk walk = memory.walk({.nxe = false});
    CHECK(walk.outcome == WalkOutcome::not_present);
    CHECK(walk.reserved_bits == 0);
}

TEST_CASE("a walk ends at the entry that cannot be read") {
    for (const Place& place : places) {
        Memory memory;
        memory.entries.erase(place.entry);
        const PageWalk walk = memory.walk();
        CHECK(walk.outcome == WalkOutcome::unreadable);
        CHECK(walk.last().level == place.level);
        CHECK(walk.last().entry_address == place.entry);
        CHECK(walk.step_count == place.steps);
    }
}

TEST_CASE("bit 63 is reserved at every level without NXE, and means no-execute with it") {
    for (const Place& place : places) {
        Memory memory;
        memory.set(place.entry, PageEntry::no_execute_bit);
        check_reserved(memory.walk({.nxe = false}), place.level, 63);

        const PageWalk allowed = memory.walk({.nxe = true});
        CHECK(allowed.outcome == WalkOutcome::mapped);
        CHECK_FALSE(allowed.executable);
        CHECK(allowed.writable);
    }
}

TEST_CASE("address bits from MAXPHYADDR up are reserved") {
    for (const Place& place : places) {
        for (const unsigned number : {40u, 51u}) {
            Memory memory;
            memory.set(place.entry, bit(number));
            check_reserved(memory.walk({.physical_bits = 40}), place.level, number);
        }
    }
    Memory memory;
    memory.set(pt_entry, bit(39));
    CHECK(memory.walk({.physical_bits = 40}).physical == frame + bit(39) + 0x678);
    memory.set(pt_entry, bit(51));
    CHECK(memory.walk({.physical_bits = 52}).outcome == WalkOutcome::mapped);
}

TEST_CASE("bits 58 to 52 are the system's own") {
    Memory memory;
    for (const Place& place : places) {
        memory.set(place.entry, 0x07f0000000000000);
    }
    CHECK(memory.walk().outcome == WalkOutcome::mapped);
}

TEST_CASE("a PML4 entry cannot map a page") {
    Memory memory;
    memory.set(pml4_entry, PageEntry::huge_bit);
    check_reserved(memory.walk(), PageLevel::pml4, 7);
}

TEST_CASE("bit 7 of a page table's entry is PAT, not a size") {
    Memory memory;
    memory.set(pt_entry, PageEntry::huge_bit);
    CHECK(memory.walk().physical == frame + 0x678);
}

TEST_CASE("a 2 MiB page ends the walk at the page directory") {
    Memory memory;
    memory.entries[pd_entry] = PageEntry::huge_page(PhysicalAddress{0x40200000}, everything);
    const PageWalk walk = memory.walk({});
    CHECK(walk.outcome == WalkOutcome::mapped);
    CHECK(walk.step_count == 3);
    CHECK(walk.physical == PhysicalAddress{0x40200000 + 0x4678});

    memory.set(pd_entry, bit(12));  // PAT: no part of the address
    CHECK(memory.walk({}).physical == walk.physical);
    for (unsigned number = 13; number <= 20; ++number) {
        Memory broken = memory;
        broken.set(pd_entry, bit(number));
        check_reserved(broken.walk({}), PageLevel::pd, number);
    }
}

TEST_CASE("a 1 GiB page needs a processor that has them") {
    Memory memory;
    memory.entries[pdpt_entry] = PageEntry{0x80000083};
    check_reserved(memory.walk({.gib_pages = false}), PageLevel::pdpt, 7);

    const PageWalk walk = memory.walk({.gib_pages = true});
    CHECK(walk.outcome == WalkOutcome::mapped);
    CHECK(walk.step_count == 2);
    CHECK(walk.physical == PhysicalAddress{0x80000000 + 0x604678});

    memory.set(pdpt_entry, bit(12));
    CHECK(memory.walk({.gib_pages = true}).physical == walk.physical);
    for (unsigned number = 13; number <= 29; ++number) {
        Memory broken = memory;
        broken.set(pdpt_entry, bit(number));
        check_reserved(broken.walk({.gib_pages = true}), PageLevel::pdpt, number);
    }
}

TEST_CASE("the first level that offends ends the walk, with all its bits") {
    Memory memory;
    memory.set(pdpt_entry, PageEntry::no_execute_bit | bit(45));
    memory.clear(pt_entry, PageEntry::present_bit);
    const PageWalk walk = memory.walk({.nxe = false, .physical_bits = 40});
    CHECK(walk.outcome == WalkOutcome::reserved_bit);
    CHECK(walk.last().level == PageLevel::pdpt);
    CHECK(walk.reserved_bit() == 63);
    CHECK(walk.reserved_bits == (bit(63) | bit(45)));
}

TEST_CASE("a page allows what every level allows") {
    Memory memory;
    CHECK(memory.walk().writable);
    CHECK(memory.walk().executable);
    CHECK_FALSE(memory.walk().user);
    for (const Place& place : places) {
        memory.set(place.entry, PageEntry::user_bit);
    }
    CHECK(memory.walk().user);

    for (const Place& place : places) {
        Memory less = memory;
        less.clear(place.entry, PageEntry::writable_bit);
        CHECK_FALSE(less.walk().writable);
        CHECK(less.walk().executable);
        CHECK(less.walk().user);

        less = memory;
        less.clear(place.entry, PageEntry::user_bit);
        CHECK_FALSE(less.walk().user);
        CHECK(less.walk().writable);
    }
}

TEST_CASE("an address that is not canonical is never walked") {
    for (const std::uint64_t raw : {0x0000800000000000ull, 0xffff7fffffffffffull}) {
        const PageWalk walk = Memory{}.walk({}, VirtualAddress{raw});
        CHECK(walk.outcome == WalkOutcome::not_canonical);
        CHECK(walk.taken().empty());
        CHECK(walk.last().level == PageLevel::pml4);
    }
}

TEST_CASE("the highest address takes the last entry of every table") {
    Memory memory;
    memory.entries = {{root + 511 * 8, PageEntry::table(pdpt)},
                      {pdpt + 511 * 8, PageEntry::table(pd)},
                      {pd + 511 * 8, PageEntry::table(pt)},
                      {pt + 511 * 8, PageEntry::page(frame, {})}};
    const PageWalk walk = memory.walk({.nxe = true}, VirtualAddress{~0ull});
    CHECK(walk.outcome == WalkOutcome::mapped);
    CHECK(walk.physical == frame + 0xfff);
    CHECK_FALSE(walk.writable);
    CHECK_FALSE(walk.executable);
}

TEST_CASE("a table that leads to itself still ends") {
    Memory memory;
    const PageEntry self = PageEntry::table(root);
    memory.entries = {
        {root + 1 * 8, self}, {root + 2 * 8, self}, {root + 3 * 8, self}, {root + 4 * 8, self}};
    CHECK(memory.walk().step_count == 4);
    CHECK(memory.walk().physical == root + 0x678);
}

// A walk is also possible at compile time.
static_assert(walk(root, address, [](PhysicalAddress) { return std::optional<PageEntry>{}; }, {})
                  .outcome == WalkOutcome::unreadable);
