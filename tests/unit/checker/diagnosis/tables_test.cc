// Lab 2's rules, each with tables that it names, and the right ones.
#include "checker/diagnosis/tables.h"

#include <doctest/doctest.h>

#include "tests/unit/checker/diagnosis/first_labs.h"

using evidence::Evidence;
using first_labs::died_at_the_jump;
using first_labs::right_tables;
using judgement::Outcome;
using trampoline::Tables;

namespace {

// The AP died at its first far jump.
std::string fault(const Tables& tables) {
    return first_labs::id(2, died_at_the_jump(tables, 8), Outcome::fault);
}

// All came up all the same.
std::string not_yet(const Tables& tables) {
    Evidence evidence = synthetic::healthy();
    first_labs::put(evidence, tables);
    return first_labs::id(2, evidence, Outcome::not_yet);
}

std::string with_code32(std::uint64_t raw) {
    Tables tables = right_tables();
    tables.gdt32[1].raw = raw;
    return fault(tables);
}

}  // namespace

TEST_CASE("the right tables are not at fault") {
    CHECK(not_yet(right_tables()) == "unknown");
    CHECK(fault(right_tables()) == "gdt-entry-missing");  // whatever it was, not one of these
}

TEST_CASE("no table at all is the documented fault") {
    CHECK(fault(Tables{}) == "gdt-entry-missing");
}

TEST_CASE("one field of the 32-bit code descriptor") {
    CHECK(with_code32(0x00CF1A000000FFFF) == "descriptor-not-present");
    CHECK(with_code32(0x00CF8A000000FFFF) == "descriptor-wrong-type");
    CHECK(with_code32(0x00CF92000000FFFF) == "descriptor-wrong-type");
    CHECK(with_code32(0x00CFFA000000FFFF) == "descriptor-privilege");
    CHECK(with_code32(0x008F9A000000FFFF) == "descriptor-not-32-bit");
    CHECK(with_code32(0x00CF9A008000FFFF) == "descriptor-not-flat");
    CHECK(with_code32(0x004F9A000000FFFF) == "descriptor-not-flat");
    CHECK(with_code32(0x00CF9A000000FFFF) == "gdt-entry-missing");  // not accessed yet: right
}

TEST_CASE("data that expands down is flat in nothing") {
    Tables tables = right_tables();
    tables.gdt32[2].raw = 0x00CF96000000FFFF;
    CHECK(not_yet(tables) == "descriptor-wrong-type");
}

TEST_CASE("L and D at once, which QEMU lets pass") {
    Tables tables = right_tables();
    tables.gdt64[1].raw = 0x00609A0000000000;
    CHECK(not_yet(tables) == "descriptor-l-and-d");
    CHECK(fault(tables) == "gdt-entry-missing");  // before p nobody reads that table
}

TEST_CASE("a table that leads an AP astray is at fault wherever that ends") {
    Tables tables = right_tables();
    tables.gdt32[1].raw |= x86::bit(21);  // base 0x20
    Evidence evidence = died_at_the_jump(tables, 8);
    evidence.cpus[1].trace = "ralRJW123";
    evidence.cpus[1].registers->control.cr0 |= x86::cr0::pg;
    CHECK(first_labs::id(2, evidence, Outcome::fault) == "descriptor-not-flat");
    evidence.trampoline->page[trampoline::tables_address - trampoline::page_address] ^=
        std::byte{1};
    CHECK(first_labs::id(2, evidence, Outcome::fault) == "descriptor-not-flat");
    CHECK(first_labs::id(3, evidence, Outcome::fault) != "descriptor-not-flat");
}

TEST_CASE("pointers") {
    Tables tables = right_tables();
    tables.gdt32_pointer.limit = 24;
    CHECK(not_yet(tables) == "gdt-pointer-limit");
    tables.gdt32_pointer.base = 0xe00;
    CHECK(fault(tables) == "gdt-pointer-base");
    tables.gdt32_pointer = {};
    CHECK(fault(tables) == "gdt-pointer-missing");
    tables = right_tables();
    tables.gdt32[0] = tables.gdt32[1];
    CHECK(fault(tables) == "gdt-null-missing");
}

TEST_CASE("tables that are not what lab 2 has filled are not lab 2's") {
    Tables tables = right_tables();
    tables.gdt32_pointer.base = 0xe00;
    Evidence evidence = died_at_the_jump(tables, 8);
    evidence.trampoline->image.assign(trampoline::page_size, std::byte{0});
    CHECK_FALSE(diagnosis::tables_found({first_labs::lab(3), evidence, judgement::Outcome::fault}));
}

TEST_CASE("a descriptor in words") {
    using x86::SegmentDescriptor;
    CHECK(diagnosis::describe(SegmentDescriptor{}) == "null");
    CHECK(diagnosis::describe(SegmentDescriptor::code64_only()) ==
          "code, P = 1, DPL = 0, L = 1, D = 0, base 0x0, limit 0x0");
    CHECK(diagnosis::describe(SegmentDescriptor{0x00CF90000000FFFF}) ==
          "data, read-only, P = 1, DPL = 0, D = 1, base 0x0, limit 0xffffffff");
}
