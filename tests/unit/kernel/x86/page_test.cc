#include "x86/page.h"

#include <doctest/doctest.h>

#include "tests/unit/kernel/x86/constant.h"
#include "x86/exception.h"

using namespace x86;
using x86_test::is_constant;

TEST_CASE("an entry gives back what it was made of") {
    constexpr PhysicalAddress frame{0x000fedcba9876000};
    for (const bool writable : {false, true}) {
        for (const bool executable : {false, true}) {
            const PageEntry entry =
                PageEntry::page(frame, {.writable = writable, .executable = executable});
            CHECK(entry.present());
            CHECK(entry.writable() == writable);
            CHECK(entry.no_execute() == !executable);
            CHECK(entry.address() == frame);
            CHECK_FALSE(entry.user());
            CHECK_FALSE(entry.huge());
            CHECK_FALSE(entry.global());
            CHECK((entry.raw & PageEntry::cache_disable_bit) == 0);
        }
    }
    constexpr auto uncached = PageEntry::cache_disable_bit | PageEntry::write_through_bit;
    CHECK((PageEntry::page(frame, {.uncached = true}).raw & uncached) == uncached);
    CHECK(PageEntry::page(frame, {.global = true}).global());
}

TEST_CASE("the least access is read-only data") {
    CHECK(PageEntry::page(PhysicalAddress{0x8000}, {}).raw == 0x8000000000008001);
}

TEST_CASE("a table's entry restricts nothing") {
    const PageEntry entry = PageEntry::table(PhysicalAddress{0x7000});
    CHECK(entry.raw == 0x7003);
    CHECK(entry.address() == PhysicalAddress{0x7000});
}

TEST_CASE("lab 1's huge page is the classic 0x83") {
    CHECK(PageEntry::huge_page({}, {.writable = true, .executable = true}).raw == 0x83);
}

TEST_CASE("entries refuse addresses that they cannot hold") {
    CHECK(is_constant([] { return PageEntry::page(PhysicalAddress{0x1000}, {}); }));
    CHECK_FALSE(is_constant([] { return PageEntry::page(PhysicalAddress{0x1001}, {}); }));
    CHECK_FALSE(is_constant([] { return PageEntry::page(PhysicalAddress{bit(52)}, {}); }));
    CHECK_FALSE(is_constant([] { return PageEntry::table(PhysicalAddress{0x1800}); }));
    CHECK(is_constant([] { return PageEntry::huge_page(PhysicalAddress{0x200000}, {}); }));
    CHECK_FALSE(is_constant([] { return PageEntry::huge_page(PhysicalAddress{0x1000}, {}); }));
    CHECK_FALSE(is_constant([] { return next_level(PageLevel::pt); }));
}

TEST_CASE("an address's indices and offset make it up") {
    constexpr VirtualAddress address{0xffff8123456789ab};
    std::uint64_t sum = address.raw % page_size;
    for (const PageLevel level : {PageLevel::pt, PageLevel::pd, PageLevel::pdpt, PageLevel::pml4}) {
        sum += index_of(address, level) * bytes_per_entry(level);
    }
    CHECK((sum | 0xffff000000000000) == address.raw);
}

TEST_CASE("CR3 names a table and more") {
    CHECK(page_table_root(0x8000000000123fff) == PhysicalAddress{0x123000});
    CHECK(page_table_root(0x0000000000007018) == PhysicalAddress{0x7000});
}

TEST_CASE("levels have the manuals' names") {
    CHECK(name(PageLevel::pml4) == "PML4");
    CHECK(name(PageLevel::pt) == "PT");
    CHECK(next_level(PageLevel::pml4) == PageLevel::pdpt);
}

TEST_CASE("a page fault's error code has the manual's names") {
    CHECK(name_of(page_fault::rsvd, page_fault_names) == "RSVD");
    CHECK(name_of(flag<PageFaultError>(20), page_fault_names) == "?");
    CHECK(PageFaultError{0x8000} == page_fault::sgx);
}
