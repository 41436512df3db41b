#include "acpi/madt.h"

#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "tests/unit/kernel/acpi/table_builder.h"
#include "tests/unit/kernel/panic.h"

namespace {

using acpi::Processor;
using test::ByteBuilder;
using test::Bytes;

constexpr std::uint32_t enabled = 1;

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

std::vector<Processor> processors(std::initializer_list<Bytes> entries) {
    const acpi::Processors all = acpi::parse_madt(madt_table(entries));
    return {all.begin(), all.end()};
}

std::string madt_error(const Bytes& table) {
    return test::reason_of([&] { acpi::parse_madt(table); });
}

}  // namespace

TEST_CASE("MADT: local APICs, in the table's order, with gaps between their numbers") {
    CHECK(processors({local_apic(4, enabled), local_apic(0, enabled), local_apic(200, 0)}) ==
          std::vector<Processor>{{4, true}, {0, true}, {200, false}});
}

TEST_CASE("MADT: the numbers that mean everyone are nobody's") {
    CHECK(processors({local_apic(0xff, enabled), local_x2apic(0xffffffff, enabled)}).empty());
    CHECK(processors({local_x2apic(0xff, enabled), local_apic(0xfe, enabled)}) ==
          std::vector<Processor>{{0xff, true}, {0xfe, true}});
}

TEST_CASE("MADT: x2APIC numbers have 32 bits") {
    CHECK(processors({local_x2apic(0x12345678, enabled)}) ==
          std::vector<Processor>{{0x12345678, true}});
}

TEST_CASE("MADT: a processor listed as both is one, which xAPIC mode can reach") {
    const std::vector<Processor> one{{3, true}};
    CHECK(processors({local_apic(3, enabled), local_x2apic(3, enabled)}) == one);
    CHECK(processors({local_x2apic(3, enabled), local_apic(3, enabled)}) == one);
    CHECK(processors({local_apic(3, 0), local_x2apic(3, enabled)}) == one);
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
          "ACPI: a processor's entry in the MADT has only 7 bytes");
    CHECK(error_with(ByteBuilder().u8(9).u8(15).zeros(13).bytes()) ==
          "ACPI: a processor's entry in the MADT has only 15 bytes");
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
