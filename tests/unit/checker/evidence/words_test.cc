#include "checker/evidence/words.h"

#include <doctest/doctest.h>

using evidence::Location;

TEST_CASE("a location says as much as is known") {
    CHECK(evidence::describe(Location{0x8120, "f", "a.cc", 7, "hlt"}) == "hlt   a.cc:7 in f");
    CHECK(evidence::describe(Location{0x8120, "", "", 0, "hlt"}) == "hlt   at 0x8120");
    CHECK(evidence::describe(Location{0x8120, "long_mode", "", 0, ""}) == "0x8120 in long_mode");
    CHECK(evidence::describe(Location{0x8120, "f", "a.cc", 0, ""}) == "0x8120   a.cc in f");
    CHECK(evidence::place(Location{0x8120, "f", "a.cc", 7, "hlt"}) == "a.cc:7 in f");
    CHECK(evidence::lines_of(Location{0x8120, "f", "", 0, "hlt"}) == "f");
}

TEST_CASE("error codes in words") {
    const auto words = [](std::uint8_t vector, std::uint32_t error) {
        evidence::Cpu cpu;
        cpu.exceptions.push_back({.vector = vector, .error = error});
        return evidence::error_in_words(cpu, cpu.exceptions[0]);
    };
    CHECK(words(14, 0x00) == "a read, not present");
    CHECK(words(14, 0x10) == "I: a fetch, not present");
    CHECK(words(14, 0x0b) == "P W RSVD: a write, an entry has a reserved bit set");
    CHECK(words(14, 0x07) == "P W U: a write by ring 3, the page forbids it");
    CHECK(words(13, 0x08) == "selector 0x8, entry 1 of the GDT");
    CHECK(words(13, 0x73) == "gate 14 of the IDT, while delivering another event");
    CHECK(words(13, 0x00) == "no descriptor named");
    CHECK(words(8, 0x00).empty());
}

TEST_CASE("a gate's number is doubled by some, which the exceptions before it show") {
    evidence::Cpu cpu;
    cpu.exceptions = {{.vector = 6}, {.vector = 13, .error = 0x62}};  // 0x62: gate 12, or 6 doubled
    CHECK(evidence::error_in_words(cpu, cpu.exceptions[1]) == "gate 6 of the IDT");
    cpu.exceptions[0].vector = 12;
    CHECK(evidence::error_in_words(cpu, cpu.exceptions[1]) == "gate 12 of the IDT");
}
