#include "acpi/power.h"

#include <doctest/doctest.h>
#include <string>

#include "acpi/fadt.h"
#include "tests/unit/acpi/table_builder.h"

namespace {

using test::ByteBuilder;
using test::Bytes;
using x86::PhysicalAddress;

/// A FADT of `size` bytes that names a DSDT at 0x1000, PM1a at 0x604 and PM1b at 0x704.
Bytes fadt_table(std::size_t size) {
    Bytes table = test::acpi_table("FACP", ByteBuilder().zeros(size - 36).bytes());
    test::put(table, 40, 0x1000u);
    test::put(table, 48, 0xb2u);
    test::put(table, 52, std::uint8_t{0xf1});
    test::put(table, 64, 0x604u);
    test::put(table, 68, 0x704u);
    return table;
}

void put_generic_address(Bytes& table, std::size_t offset, std::uint8_t space,
                         std::uint64_t address) {
    test::put(table, offset, space);
    test::put(table, offset + 4, address);
}

}  // namespace

TEST_CASE("FADT: the fields of ACPI 1.0") {
    const auto fadt = acpi::parse_fadt(fadt_table(116));
    REQUIRE(fadt);
    CHECK(fadt->dsdt == PhysicalAddress{0x1000});
    CHECK(fadt->pm1a_control == 0x604);
    CHECK(fadt->pm1b_control == 0x704);
    CHECK(fadt->smi_command == 0xb2);
    CHECK(fadt->acpi_enable == 0xf1);
}

TEST_CASE("FADT: the wide fields hold where they are there and not 0") {
    Bytes table = fadt_table(244);
    CHECK(acpi::parse_fadt(table)->pm1a_control == 0x604);
    CHECK(acpi::parse_fadt(table)->dsdt == PhysicalAddress{0x1000});
    test::put(table, 140, std::uint64_t{0x123456789});
    put_generic_address(table, 172, 1, 0x1804);
    put_generic_address(table, 184, 1, 0x1904);
    const auto fadt = acpi::parse_fadt(table);
    REQUIRE(fadt);
    CHECK(fadt->dsdt == PhysicalAddress{0x123456789});
    CHECK(fadt->pm1a_control == 0x1804);
    CHECK(fadt->pm1b_control == 0x1904);
}

TEST_CASE("FADT: a wide field that is not a port is passed over") {
    Bytes table = fadt_table(244);
    put_generic_address(table, 172, 0, 0x1804);  // in memory
    put_generic_address(table, 184, 1, 0x100000604);
    CHECK(acpi::parse_fadt(table)->pm1a_control == 0x604);
    CHECK(acpi::parse_fadt(table)->pm1b_control == 0x704);
    put_generic_address(table, 184, 1, 0x10000);
    CHECK(acpi::parse_fadt(table)->pm1b_control == 0x704);
}

TEST_CASE("FADT: a table that ends within a wide field does not have it") {
    Bytes table = fadt_table(183);
    put_generic_address(table, 171, 1, 0x1804);
    CHECK(acpi::parse_fadt(table)->pm1a_control == 0x604);
}

TEST_CASE("FADT: what it must have") {
    Bytes table = fadt_table(116);
    test::put(table, 64, 0u);
    CHECK(acpi::parse_fadt(table).error().text() ==
          "ACPI: the FADT names no port for the PM1a control block");
    test::put(table, 64, 0x10604u);
    CHECK(acpi::parse_fadt(table).error().text() ==
          "ACPI: the FADT names no port for the PM1a control block");
    test::put(table, 40, 0u);
    CHECK(acpi::parse_fadt(table).error().text() == "ACPI: the FADT names no DSDT");
    table.resize(115);
    CHECK(acpi::parse_fadt(table).error().text() == "ACPI: the FADT is cut short, at 115 bytes");
}

TEST_CASE("find_power_off: the way to it may be broken anywhere") {
    test::FakePhysicalMemory memory;
    memory.place(PhysicalAddress{0x3000},
                 test::acpi_table("RSDT", ByteBuilder().u32(0x2000).bytes()));
    const auto tables = acpi::Tables::open(memory, {PhysicalAddress{0x3000}, {}});
    REQUIRE(tables);
    const auto error = [&tables] {
        const auto power_off = acpi::find_power_off(*tables);
        return power_off ? "" : std::string(power_off.error().text());
    };
    CHECK(error() == "ACPI: there is no FADT among the 1 tables");
    Bytes fadt = fadt_table(116);
    memory.place(PhysicalAddress{0x2000}, fadt);
    CHECK(error().starts_with("ACPI: the FADT's checksum is wrong"));
    test::repair(fadt);
    memory.place(PhysicalAddress{0x2000}, fadt);
    CHECK(error() == "ACPI: the DSDT at 0x1000 cannot be read");
    memory.place(PhysicalAddress{0x1000}, test::acpi_table("DSDT", {}));
    CHECK(error() == "ACPI: the DSDT defines no \\_S5, so there is no way to switch off");
    memory.place(PhysicalAddress{0x1000},
                 test::acpi_table(
                     "DSDT", ByteBuilder().text("\x08_S5_\x12\x06\x02\x0a\x05\x0a\x06").bytes()));
    REQUIRE(error().empty());
    const auto power_off = acpi::find_power_off(*tables);
    CHECK(power_off->pm1a_control == 0x604);
    CHECK(power_off->pm1b_control == 0x704);
    CHECK(power_off->sleep_type_a == 5);
    CHECK(power_off->sleep_type_b == 6);
    CHECK(power_off->smi_command == 0xb2);
    CHECK(power_off->acpi_enable == 0xf1);
}
