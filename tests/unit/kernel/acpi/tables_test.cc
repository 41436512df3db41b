#include "acpi/tables.h"

#include <doctest/doctest.h>
#include <string>

#include "acpi/power_off.h"
#include "tests/unit/kernel/acpi/table_builder.h"
#include "tests/unit/kernel/panic.h"

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
constexpr PhysicalAddress rsdp{0x7000};

/// The XSDT lists the HPET and the MADT, the RSDT the HPET alone; the RSDP at 0x7000 names both.
FakePhysicalMemory two_tables() {
    FakePhysicalMemory memory;
    memory.place(first, test::acpi_table("HPET", {}));
    memory.place(second, test::acpi_table("APIC", ByteBuilder().zeros(8).bytes()));
    memory.place(rsdt, test::acpi_table("RSDT", ByteBuilder().u32(0x3000).bytes()));
    memory.place(xsdt, test::acpi_table("XSDT", ByteBuilder().u64(0x3000).u64(0x4000).bytes()));
    memory.place(rsdp, test::rsdp_v2(0x1000, 0x2000));
    return memory;
}

boot::BootInfo named_by_address(PhysicalAddress address) {
    boot::BootInfo boot_info;
    boot_info.rsdp = address;
    return boot_info;
}

boot::BootInfo copied(const Bytes& bytes) {
    boot::BootInfo boot_info;
    for (const std::byte byte : bytes) {
        boot_info.rsdp_copy.push_back(byte);
    }
    return boot_info;
}

std::size_t count(const FakePhysicalMemory& memory) {
    return Tables(memory, named_by_address(rsdp)).count();
}

std::string refusal(const FakePhysicalMemory& memory, const boot::BootInfo& boot_info) {
    return test::reason_of([&] { Tables(memory, boot_info); });
}

constexpr const char* no_rsdp = "ACPI: the loader names no sound RSDP";
constexpr const char* no_list = "ACPI: the RSDP leads to no sound list of tables";

}  // namespace

TEST_CASE("Tables: the XSDT is preferred to the RSDT, unless it is absent or broken") {
    auto memory = two_tables();
    CHECK(count(memory) == 2);
    memory.piece(xsdt)[40] ^= std::byte{1};
    CHECK(count(memory) == 1);
    memory.remove(xsdt);
    CHECK(count(memory) == 1);
    memory.place(rsdp, test::rsdp_v1(0x1000));
    CHECK(count(memory) == 1);
}

TEST_CASE("Tables: neither list is sound") {
    auto memory = two_tables();
    memory.place(rsdp, test::rsdp_v2(0, 0x9000));
    CHECK(refusal(memory, named_by_address(rsdp)) == no_list);
    memory.place(rsdp, test::rsdp_v1(0x9000));
    CHECK(refusal(memory, named_by_address(rsdp)) == no_list);
}

TEST_CASE("Tables: the RSDP is the loader's copy, of either length, or at its address") {
    const auto memory = two_tables();
    CHECK(Tables(memory, copied(test::rsdp_v2(0, 0x2000))).count() == 2);
    CHECK(Tables(memory, copied(test::rsdp_v1(0x1000))).count() == 1);
    CHECK(refusal(memory, {}) == no_rsdp);
    CHECK(refusal(memory, named_by_address(PhysicalAddress{0x8000})) == no_rsdp);
    Bytes damaged = test::rsdp_v1(0x1000);
    damaged[16] ^= std::byte{1};
    CHECK(refusal(memory, copied(damaged)) == no_rsdp);
    damaged.resize(12);
    CHECK(refusal(memory, copied(damaged)) == no_rsdp);
}

TEST_CASE("Tables: a list that holds no table, and one with a piece of an entry at its end") {
    auto memory = two_tables();
    memory.place(xsdt, test::acpi_table("XSDT", {}));
    CHECK(count(memory) == 0);
    CHECK_FALSE(Tables(memory, named_by_address(rsdp)).find("APIC"));
    memory.place(xsdt, test::acpi_table("XSDT", ByteBuilder().zeros(15).bytes()));
    CHECK(count(memory) == 1);
}

TEST_CASE("Tables: a table that cannot be read does not hide the next one") {
    auto memory = two_tables();
    CHECK(Tables(memory, named_by_address(rsdp)).find("APIC")->size() == 44);
    memory.remove(first);
    CHECK(Tables(memory, named_by_address(rsdp)).find("APIC"));
    CHECK_FALSE(Tables(memory, named_by_address(rsdp)).find("HPET"));
}

TEST_CASE("Tables: a table with a wrong checksum, or a length that cannot be, is none") {
    auto memory = two_tables();
    const Bytes madt = memory.piece(second);
    const auto found = [&] { return Tables(memory, named_by_address(rsdp)).find("APIC"); };
    memory.piece(second)[40] = std::byte{0x13};
    CHECK_FALSE(found());
    for (const std::uint32_t length : {0u, 35u, 45u, 4 * 1024 * 1024 + 1u, 0xffffffffu}) {
        Bytes damaged = madt;
        test::put(damaged, 4, length);
        memory.place(second, damaged);
        CHECK_FALSE(found());
    }
}

TEST_CASE("FADT: the port of the PM1a control register") {
    Bytes fadt = test::acpi_table("FACP", ByteBuilder().zeros(80).bytes());
    CHECK(acpi::pm1a_control_port(fadt) == 0);
    test::put(fadt, 64, 0x604u);
    CHECK(acpi::pm1a_control_port(fadt) == 0x604);
    test::put(fadt, 64, 0x10604u);  // no port has such a number
    CHECK(acpi::pm1a_control_port(fadt) == 0);
    fadt.resize(67);
    CHECK(acpi::pm1a_control_port(fadt) == 0);
}
