// What real firmware writes: tests/fixtures/acpi/README.md says how each was taken.
#include <doctest/doctest.h>
#include <vector>

#include "acpi/madt.h"
#include "acpi/power.h"
#include "acpi/tables.h"
#include "tests/unit/boot/memory_dump.h"

namespace {

using x86::PhysicalAddress;

struct Machine {
    explicit Machine(const char* name)
        : memory(test::load_dump(name)), tables(acpi::Tables::open(memory, {}, PhysicalAddress{})) {
        REQUIRE(tables);
    }

    acpi::Madt madt() const {
        const auto table = tables->find("APIC");
        REQUIRE(table);
        const auto parsed = acpi::parse_madt(*table);
        REQUIRE(parsed);
        return *parsed;
    }
    std::vector<std::uint32_t> enabled_ids() const {
        std::vector<std::uint32_t> ids;
        for (const auto& processor : madt().processors) {
            if (processor.enabled) {
                ids.push_back(processor.apic_id);
            }
        }
        return ids;
    }

    test::FakePhysicalMemory memory;
    lib::Result<acpi::Tables> tables;
};

using Ids = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("dump: QEMU pc, 3 CPUs") {
    const Machine machine("acpi/qemu-pc-3.txt");
    CHECK(machine.tables->count() == 4);
    CHECK(machine.enabled_ids() == Ids{0, 1, 2});
    CHECK(machine.madt().local_apic == PhysicalAddress{0xfee00000});
    CHECK(machine.madt().has_8259);
    const auto power_off = acpi::find_power_off(*machine.tables);
    REQUIRE(power_off);
    CHECK(power_off->pm1a_control == 0x604);
    CHECK(power_off->pm1b_control == 0);
    CHECK(power_off->sleep_type_a == 0);
    CHECK(power_off->smi_command == 0xb2);
    CHECK(power_off->acpi_enable == 0xf1);
}

TEST_CASE("dump: QEMU q35, 2 sockets of 3 cores, whose numbers have a gap") {
    const Machine machine("acpi/qemu-q35-6-sparse.txt");
    CHECK(machine.enabled_ids() == Ids{0, 1, 2, 4, 5, 6});
    const auto power_off = acpi::find_power_off(*machine.tables);
    REQUIRE(power_off);
    CHECK(power_off->pm1a_control == 0x604);
    CHECK(power_off->acpi_enable == 2);
}

TEST_CASE("dump: QEMU q35, 2 CPUs of at most 4") {
    const Machine machine("acpi/qemu-q35-2-of-4.txt");
    CHECK(machine.madt().processors.size() == 4);
    CHECK(machine.enabled_ids() == Ids{0, 1});
    CHECK_FALSE(machine.madt().processors[2].online_capable);
}

TEST_CASE("dump: QEMU q35, 288 CPUs, the last 33 as x2APICs") {
    const Machine machine("acpi/qemu-q35-288-x2apic.txt");
    const auto madt = machine.madt();
    REQUIRE(madt.processors.size() == 288);
    CHECK(machine.enabled_ids() == Ids{0});
    CHECK_FALSE(madt.processors[254].x2apic);
    CHECK(madt.processors[255] == acpi::ProcessorEntry{255, false, false, true});
    CHECK(madt.processors[287] == acpi::ProcessorEntry{287, false, false, true});
}

TEST_CASE("dump: Bochs, ACPI 1.0, whose DSDT ends with \\_S5") {
    const Machine machine("acpi/bochs-3.txt");
    CHECK(machine.tables->count() == 4);
    CHECK(machine.enabled_ids() == Ids{0, 1, 2});
    const auto power_off = acpi::find_power_off(*machine.tables);
    REQUIRE(power_off);
    CHECK(power_off->pm1a_control == 0xb004);
    CHECK(power_off->sleep_type_a == 0);
}

TEST_CASE("dump: QEMU microvm, an XSDT alone, and hardware-reduced ACPI") {
    const Machine machine("acpi/qemu-microvm-3.txt");
    CHECK(machine.tables->count() == 2);
    CHECK(machine.enabled_ids() == Ids{0, 1, 2});
    const auto power_off = acpi::find_power_off(*machine.tables);
    REQUIRE_FALSE(power_off);
    CHECK(power_off.error().text() == "ACPI: the FADT names no port for the PM1a control block");
}
