#include "acpi/madt.h"

#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "tests/unit/acpi/table_builder.h"

namespace {

using acpi::ProcessorEntry;
using test::ByteBuilder;
using test::Bytes;
using x86::PhysicalAddress;

constexpr std::uint32_t enabled = 1;
constexpr std::uint32_t online_capable = 2;

Bytes local_apic(std::uint8_t id, std::uint32_t flags) {
    return ByteBuilder().u8(0).u8(8).u8(7).u8(id).u32(flags).bytes();
}
Bytes local_x2apic(std::uint32_t id, std::uint32_t flags) {
    return ByteBuilder().u8(9).u8(16).u16(0).u32(id).u32(flags).u32(7).bytes();
}

Bytes madt_table(std::initializer_list<Bytes> entries, std::uint32_t flags = 1) {
    ByteBuilder content;
    content.u32(0xfee00000).u32(flags);
    for (const Bytes& entry : entries) {
        content.append(entry);
    }
    return test::acpi_table("APIC", content.bytes());
}

std::vector<ProcessorEntry> processors(std::initializer_list<Bytes> entries) {
    const auto madt = acpi::parse_madt(madt_table(entries));
    REQUIRE(madt);
    return {madt->processors.begin(), madt->processors.end()};
}

std::string madt_error(const Bytes& table) {
    const auto madt = acpi::parse_madt(table);
    REQUIRE_FALSE(madt);
    return std::string(madt.error().text());
}

}  // namespace

TEST_CASE("MADT: local APICs, in the table's order, with gaps between their numbers") {
    CHECK(processors({local_apic(4, enabled), local_apic(0, enabled), local_apic(200, 0)}) ==
          std::vector<ProcessorEntry>{
              {4, true, false, false}, {0, true, false, false}, {200, false, false, false}});
}

TEST_CASE("MADT: online-capable counts only where enabled is 0") {
    CHECK(processors({local_apic(1, online_capable), local_apic(2, enabled | online_capable)}) ==
          std::vector<ProcessorEntry>{{1, false, true, false}, {2, true, false, false}});
}

TEST_CASE("MADT: the numbers that mean everyone are nobody's") {
    CHECK(processors({local_apic(0xff, enabled), local_x2apic(0xffffffff, enabled)}).empty());
    CHECK(processors({local_x2apic(0xff, enabled), local_apic(0xfe, enabled)}) ==
          std::vector<ProcessorEntry>{{0xff, true, false, true}, {0xfe, true, false, false}});
}

TEST_CASE("MADT: x2APIC numbers have 32 bits") {
    CHECK(processors({local_x2apic(0x12345678, enabled)}) ==
          std::vector<ProcessorEntry>{{0x12345678, true, false, true}});
}

TEST_CASE("MADT: a processor listed as both is one, which xAPIC mode can reach") {
    const std::vector<ProcessorEntry> one{{3, true, false, false}};
    CHECK(processors({local_apic(3, enabled), local_x2apic(3, enabled)}) == one);
    CHECK(processors({local_x2apic(3, enabled), local_apic(3, enabled)}) == one);
    CHECK(processors({local_apic(3, 0), local_x2apic(3, enabled)}) == one);
    CHECK(processors({local_apic(3, online_capable), local_x2apic(3, enabled)}) == one);
    CHECK(processors({local_apic(3, 0), local_x2apic(3, online_capable)}) ==
          std::vector<ProcessorEntry>{{3, false, true, false}});
}

TEST_CASE("MADT: the local APICs' address, and its override by 64 bits") {
    CHECK(acpi::parse_madt(madt_table({}))->local_apic == PhysicalAddress{0xfee00000});
    const Bytes override = ByteBuilder().u8(5).u8(12).u16(0).u64(0x123456789000).bytes();
    CHECK(acpi::parse_madt(madt_table({override}))->local_apic == PhysicalAddress{0x123456789000});
}

TEST_CASE("MADT: whether there are 8259s") {
    CHECK(acpi::parse_madt(madt_table({}, 1))->has_8259);
    CHECK_FALSE(acpi::parse_madt(madt_table({}, 0xfffffffe))->has_8259);
}

TEST_CASE("MADT: entries of other types are passed over, whatever their length") {
    const Bytes io_apic = ByteBuilder().u8(1).u8(12).zeros(10).bytes();
    const Bytes shortest = ByteBuilder().u8(0x80).u8(2).bytes();
    CHECK(processors({io_apic, shortest, local_apic(1, enabled), shortest}).size() == 1);
}

TEST_CASE("MADT: entries longer than we know are still read") {
    const Bytes longer = ByteBuilder().u8(0).u8(10).u8(7).u8(1).u32(enabled).u16(0xffff).bytes();
    CHECK(processors({longer, local_apic(2, enabled)}).size() == 2);
}

TEST_CASE("MADT: entries that cannot be") {
    const auto error_with = [](const Bytes& entry) { return madt_error(madt_table({entry})); };
    CHECK(error_with(ByteBuilder().u8(0).u8(0).zeros(6).bytes()) ==
          "ACPI: a MADT entry says it has 0 bytes, where 8 are left");
    CHECK(error_with(ByteBuilder().u8(0x80).u8(1).bytes()) ==
          "ACPI: a MADT entry says it has 1 bytes, where 2 are left");
    CHECK(error_with(ByteBuilder().u8(0).u8(9).zeros(6).bytes()) ==
          "ACPI: a MADT entry says it has 9 bytes, where 8 are left");
    CHECK(error_with(ByteBuilder().u8(0).bytes()) ==
          "ACPI: a MADT entry says it has 0 bytes, where 1 are left");
    CHECK(error_with(ByteBuilder().u8(0).u8(7).zeros(5).bytes()) ==
          "ACPI: a MADT entry of type 0 has only 7 bytes");
    CHECK(error_with(ByteBuilder().u8(9).u8(15).zeros(13).bytes()) ==
          "ACPI: a MADT entry of type 9 has only 15 bytes");
    CHECK(error_with(ByteBuilder().u8(5).u8(11).zeros(9).bytes()) ==
          "ACPI: a MADT entry of type 5 has only 11 bytes");
}

TEST_CASE("MADT: a table too short for its own fields") {
    CHECK(madt_error(test::acpi_table("APIC", ByteBuilder().zeros(7).bytes())) ==
          "ACPI: the MADT is cut short, at 43 bytes");
}

TEST_CASE("MADT: as many processors as fit, and one more") {
    ByteBuilder many;
    for (std::uint32_t id = 0; id != acpi::max_processors; ++id) {
        many.append(local_x2apic(id, enabled));
    }
    CHECK(processors({many.bytes()}).size() == acpi::max_processors);
    CHECK(processors({many.bytes(), local_apic(0, enabled)}).size() == acpi::max_processors);
    CHECK(madt_error(madt_table({many.bytes(), local_x2apic(9999, 0)})) ==
          "ACPI: the MADT lists more than 512 processors");
}
