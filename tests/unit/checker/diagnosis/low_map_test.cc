// Lab 1's rules, each with a map that it names, and the right one, of which all are silent.
#include <doctest/doctest.h>

#include "tests/unit/checker/diagnosis/first_labs.h"

using evidence::Evidence;
using first_labs::arrived_with;
using first_labs::lost_trampoline;
using first_labs::right_page;
using judgement::Outcome;

namespace {

constexpr std::uint64_t pdpt = 0x20d003, directory = 0x20e003;

std::string fault(const Evidence& evidence) {
    return first_labs::id(1, evidence, Outcome::fault);
}

// The AP came up, and a fact about its map does not hold.
std::string not_yet(const ::memory::MappedPage& page) {
    return first_labs::id(1, arrived_with(page), Outcome::not_yet);
}

}  // namespace

TEST_CASE("one entry of the walk") {
    CHECK(fault(lost_trampoline({0})) == "identity-map-missing");
    CHECK(fault(lost_trampoline({pdpt, directory, 0x82})) == "page-entry-not-present");
    CHECK(fault(lost_trampoline({pdpt, 0x203, 0x100})) == "page-entry-at-zero");
    CHECK(fault(lost_trampoline({pdpt, directory, 0})) == "page-table-empty");
    CHECK(fault(lost_trampoline({pdpt, 0})) == "page-table-empty");
    SUBCASE("a page directory of lab 1's, and no page") {
        Evidence evidence = lost_trampoline({pdpt, directory, 0x03, 0});
        evidence.low_map_frames = {0x20d000, 0x20e000};
        CHECK(fault(evidence) == "page-size-missing");
        evidence.fault_walk->walk.steps[2].entry = {0x200003};
        CHECK(fault(evidence) == "page-size-missing");
        evidence.low_map_frames = {0x20d000, 0x20e000, 0x200000};
        CHECK(fault(evidence) == "page-table-empty");
    }
    SUBCASE("a table that leads to itself, or up") {
        Evidence evidence = lost_trampoline({pdpt, pdpt, pdpt, 0});
        evidence.fault_walk->walk.steps[1].entry_address = x86::PhysicalAddress{0x20d000};
        CHECK(fault(evidence) == "page-table-loop");
        evidence = lost_trampoline({pdpt, directory, 0x201003, 0});
        evidence.fault_walk->walk.steps[0].entry_address = x86::PhysicalAddress{0x201ff8};
        CHECK(fault(evidence) == "page-table-loop");
        evidence.fault_walk->walk.steps[0].entry_address = x86::PhysicalAddress{0x202000};
        CHECK(fault(evidence) == "page-table-empty");
    }
    SUBCASE("a table where no memory is") {
        Evidence evidence = lost_trampoline({pdpt | x86::bit(33), 0});
        evidence.fault_walk->walk.outcome = x86::WalkOutcome::unreadable;
        CHECK(fault(evidence) == "page-table-nowhere");
        evidence = lost_trampoline({0});
        evidence.fault_walk->walk.outcome = x86::WalkOutcome::unreadable;
        CHECK(fault(evidence) != "page-table-nowhere");
    }
    SUBCASE("bits that are reserved") {
        Evidence evidence = lost_trampoline({0xffff80000020d003});
        evidence.cpus[1].exceptions[0].error = 0x18;
        evidence.fault_walk->walk.outcome = x86::WalkOutcome::reserved_bit;
        evidence.fault_walk->walk.reserved_bits = x86::bit(51);
        CHECK(fault(evidence) == "page-entry-virtual");
        evidence.fault_walk->walk.steps[0].entry = {0x83};
        evidence.fault_walk->walk.reserved_bits = x86::PageEntry::huge_bit;
        CHECK(fault(evidence) == "huge-page-wrong-level");
        evidence.fault_walk->walk.steps[0].entry = {0x8000000020d003};
        evidence.fault_walk->walk.reserved_bits = x86::bit(51);
        CHECK(fault(evidence) == "page-entry-reserved");
    }
    SUBCASE("on other tables than lab 1's nothing is known of them") {
        Evidence evidence = lost_trampoline({pdpt, directory, 0x03, 0});
        evidence.cpus[1].registers->control.cr3 = 0x5000;
        CHECK(fault(evidence) == "cr3-wrong");
    }
}

TEST_CASE("a page in the wrong place") {
    Evidence evidence = lost_trampoline({0});
    auto page = right_page();
    page.address = x86::VirtualAddress{0x200000};
    evidence.cpus[1].low_map->pages = {page};
    CHECK(fault(evidence) == "identity-map-wrong-entry");
    page = right_page();
    page.physical = x86::PhysicalAddress{0x200000};
    evidence.cpus[1].low_map->pages = {page};
    CHECK(fault(evidence) == "identity-map-wrong-place");
    page = right_page();
    page.size = x86::page_size;
    evidence.cpus[1].low_map->pages = {page};
    CHECK(fault(evidence) == "identity-map-partial");
}

TEST_CASE("a page with the wrong rights") {
    auto page = right_page();
    page.executable = false;
    Evidence evidence = lost_trampoline({pdpt, directory, 0x8000000000000083});
    evidence.cpus[1].exceptions[0].error = 0x11;
    evidence.fault_walk->walk.outcome = x86::WalkOutcome::mapped;
    evidence.cpus[1].low_map->pages = {page};
    CHECK(fault(evidence) == "identity-map-no-execute");

    page = right_page();
    page.writable = false;
    evidence = arrived_with(page);
    evidence.cpus[1].trace = "rpalRJW123";
    evidence.cpus[1].exceptions = {{14, 0x03, 0x3ed8, {0xffffffff8011a047, "", "", 0, ""}, ""}};
    CHECK(fault(evidence) == "identity-map-read-only");
    CHECK(not_yet(page) == "identity-map-read-only");
    SUBCASE("another fault is another story") {
        evidence.cpus[1].exceptions[0].cr2 = 0xffffffff80012340;
        CHECK(fault(evidence) != "identity-map-read-only");
    }

    page = right_page();
    page.user = true;
    CHECK(not_yet(page) == "identity-map-user");
    page = right_page();
    page.size = x86::gigabyte_page_size;
    CHECK(not_yet(page) == "huge-page-wrong-level");
    CHECK(not_yet(right_page()) == "unknown");
}

TEST_CASE("too many pages") {
    Evidence evidence = arrived_with(right_page());
    auto& pages = evidence.cpus[1].arrival->low_map.pages;
    auto second = right_page();
    second.address = x86::VirtualAddress{x86::huge_page_size};
    second.physical = x86::PhysicalAddress{x86::huge_page_size};
    pages.push_back(second);
    CHECK(first_labs::id(1, evidence, Outcome::not_yet) == "identity-map-too-much");
    pages[0].size = pages[1].size = x86::page_size;
    pages[1].address = x86::VirtualAddress{x86::page_size};
    pages[1].physical = x86::PhysicalAddress{x86::page_size};
    CHECK(first_labs::id(1, evidence, Outcome::not_yet) == "identity-map-not-one-page");
}

TEST_CASE("kernel-map-overwritten: the BSP loses its direct map") {
    Evidence evidence = synthetic::healthy();
    evidence.end = evidence::End::panicked;
    evidence.cpus[0].exceptions = {{14, 0x02, 0xffff80000020e000, {}, ""}};
    x86::PageWalk walk = synthetic::walk_to({}, x86::WalkOutcome::not_present);
    walk.address = x86::VirtualAddress{0xffff80000020e000};
    evidence.fault_walk = {0, walk};
    CHECK(fault(evidence) == "kernel-map-overwritten");
    CHECK(first_labs::id(5, evidence, Outcome::fault) == "not-mapped");
}
