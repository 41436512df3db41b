#include "acpi/tables.h"

#include <doctest/doctest.h>
#include <string>

#include "tests/unit/acpi/table_builder.h"

namespace {

using acpi::Tables;
using test::ByteBuilder;
using test::Bytes;
using test::FakePhysicalMemory;
using x86::PhysicalAddress;

constexpr PhysicalAddress rsdt{0x1000};
constexpr PhysicalAddress xsdt{0x2000};
constexpr PhysicalAddress first{0x3000};
constexpr PhysicalAddress second{0x4000};
constexpr acpi::Rsdp both{rsdt, xsdt};

/// The XSDT lists the HPET and the MADT, the RSDT the HPET alone.
FakePhysicalMemory two_tables() {
    FakePhysicalMemory memory;
    memory.place(first, test::acpi_table("HPET", {}));
    memory.place(second, test::acpi_table("APIC", ByteBuilder().zeros(8).bytes()));
    memory.place(rsdt, test::acpi_table("RSDT", ByteBuilder().u32(0x3000).bytes()));
    memory.place(xsdt, test::acpi_table("XSDT", ByteBuilder().u64(0x3000).u64(0x4000).bytes()));
    return memory;
}

std::string open_error(const FakePhysicalMemory& memory, const acpi::Rsdp& rsdp) {
    const auto tables = Tables::open(memory, rsdp);
    REQUIRE_FALSE(tables);
    return std::string(tables.error().text());
}

}  // namespace

TEST_CASE("Tables: the XSDT is preferred") {
    const auto memory = two_tables();
    const auto tables = Tables::open(memory, both);
    REQUIRE(tables);
    CHECK(tables->count() == 2);
    REQUIRE(tables->find("APIC"));
    CHECK(tables->find("APIC")->size() == 44);
}

TEST_CASE("Tables: the RSDT where the XSDT is absent or broken") {
    auto memory = two_tables();
    CHECK(Tables::open(memory, {rsdt, {}})->count() == 1);
    memory.piece(xsdt)[40] ^= std::byte{1};
    CHECK(Tables::open(memory, both)->count() == 1);
    memory.remove(xsdt);
    CHECK(Tables::open(memory, both)->count() == 1);
}

TEST_CASE("Tables: neither list is sound") {
    auto memory = two_tables();
    CHECK(open_error(memory, {}) == "ACPI: the RSDP names neither an XSDT nor an RSDT");
    CHECK(open_error(memory, {{}, PhysicalAddress{0x9000}}) ==
          "ACPI: the XSDT at 0x9000 cannot be read");
    memory.piece(xsdt)[40] ^= std::byte{1};
    test::put(memory.piece(rsdt), 36, 0x3013u);
    CHECK(open_error(memory, both) == "ACPI: the RSDT's checksum is wrong (sum 0x13)");
}

TEST_CASE("Tables: a list that holds no table, and one with a piece of an entry at its end") {
    FakePhysicalMemory memory;
    memory.place(rsdt, test::acpi_table("RSDT", {}));
    CHECK(Tables::open(memory, {rsdt, {}})->find("APIC").error().text() ==
          "ACPI: there is no MADT among the 0 tables");
    memory.place(xsdt, test::acpi_table("XSDT", ByteBuilder().zeros(15).bytes()));
    CHECK(Tables::open(memory, both)->count() == 1);
}

TEST_CASE("Tables: a table that cannot be read does not hide the next one") {
    auto memory = two_tables();
    memory.remove(first);
    CHECK(Tables::open(memory, both)->find("APIC"));
    CHECK(Tables::open(memory, both)->find("HPET").error().text() ==
          "ACPI: there is no HPET among the 2 tables");
}

TEST_CASE("Tables: opened by copy, by address, or by searching") {
    auto memory = two_tables();
    memory.place(PhysicalAddress{0x7000}, test::rsdp_v1(0x1000));
    memory.place(PhysicalAddress{0xe0000}, test::rsdp_v2(0x1000, 0x2000));
    CHECK(Tables::open(memory, test::rsdp_v2(0, 0x2000), PhysicalAddress{0x7000})->count() == 2);
    CHECK(Tables::open(memory, {}, PhysicalAddress{0x7000})->count() == 1);
    CHECK(Tables::open(memory, {}, PhysicalAddress{})->count() == 2);
    CHECK(Tables::open(memory, {}, PhysicalAddress{0x8000}).error().text() ==
          "ACPI: the RSDP at 0x8000 cannot be read");
}

TEST_CASE("read_table: the errors name the table as people do") {
    FakePhysicalMemory memory;
    const auto error_of = [&memory](std::string_view signature, Bytes table) {
        memory.place(first, std::move(table));
        const auto read = acpi::read_table(memory, first, signature);
        REQUIRE_FALSE(read);
        return std::string(read.error().text());
    };
    const Bytes madt = test::acpi_table("APIC", ByteBuilder().zeros(8).bytes());
    Bytes damaged = madt;
    damaged[40] = std::byte{0x13};
    CHECK(error_of("APIC", damaged) == "ACPI: the MADT's checksum is wrong (sum 0x13)");
    CHECK(error_of("FACP", madt) ==
          "ACPI: what should be the FADT at 0x3000 has another signature");
    damaged.resize(35);
    CHECK(error_of("APIC", damaged) == "ACPI: the MADT at 0x3000 cannot be read");
    for (const std::uint32_t length : {0u, 35u, 4 * 1024 * 1024 + 1u, 0xffffffffu}) {
        damaged = madt;
        test::put(damaged, 4, length);
        CHECK(error_of("APIC", damaged) ==
              "ACPI: the MADT at 0x3000 says it has " + std::to_string(length) + " bytes");
    }
    test::put(damaged, 4, 45u);
    CHECK(error_of("APIC", damaged) == "ACPI: the MADT's 45 bytes at 0x3000 cannot all be read");
}
