// What real firmware writes: tests/fixtures/acpi/README.md says how each was taken.
#include <doctest/doctest.h>
#include <vector>

#include "acpi/madt.h"
#include "acpi/power_off.h"
#include "acpi/tables.h"
#include "tests/unit/kernel/boot/memory_dump.h"

namespace {

/// Where the dump has it, as a loader would say.
boot::BootInfo rsdp_in(const test::FakePhysicalMemory& memory) {
    boot::BootInfo boot_info;
    for (const auto& [address, bytes] : memory.pieces()) {
        if (bytes.size() == 20 || bytes.size() == boot::rsdp_size) {
            boot_info.rsdp = address;
        }
    }
    return boot_info;
}

struct Machine {
    explicit Machine(const char* name)
        : memory(test::load_dump(name)), tables(memory, rsdp_in(memory)) {}

    acpi::Processors processors() const { return acpi::parse_madt(*tables.find("APIC")); }
    std::vector<std::uint32_t> enabled_ids() const {
        std::vector<std::uint32_t> ids;
        for (const auto& processor : processors()) {
            if (processor.enabled) {
                ids.push_back(processor.apic_id);
            }
        }
        return ids;
    }
    std::uint16_t control_port() const { return acpi::pm1a_control_port(*tables.find("FACP")); }

    test::FakePhysicalMemory memory;
    acpi::Tables tables;
};

using Ids = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("dump: QEMU pc, 3 CPUs") {
    const Machine machine("acpi/qemu-pc-3.txt");
    CHECK(machine.tables.count() == 4);
    CHECK(machine.enabled_ids() == Ids{0, 1, 2});
    CHECK(machine.control_port() == 0x604);
}

TEST_CASE("dump: QEMU q35, 2 sockets of 3 cores, whose numbers have a gap") {
    const Machine machine("acpi/qemu-q35-6-sparse.txt");
    CHECK(machine.enabled_ids() == Ids{0, 1, 2, 4, 5, 6});
    CHECK(machine.control_port() == 0x604);
}

TEST_CASE("dump: QEMU q35, 2 CPUs of at most 4") {
    const Machine machine("acpi/qemu-q35-2-of-4.txt");
    CHECK(machine.processors().size() == 4);
    CHECK(machine.enabled_ids() == Ids{0, 1});
}

TEST_CASE("dump: QEMU q35, 288 CPUs, the last 33 as x2APICs") {
    const Machine machine("acpi/qemu-q35-288-x2apic.txt");
    const auto processors = machine.processors();
    REQUIRE(processors.size() == 288);
    CHECK(machine.enabled_ids() == Ids{0});
    CHECK(processors[255] == acpi::Processor{255, false});
    CHECK(processors[287] == acpi::Processor{287, false});
}

TEST_CASE("dump: Bochs, ACPI 1.0") {
    const Machine machine("acpi/bochs-3.txt");
    CHECK(machine.tables.count() == 4);
    CHECK(machine.enabled_ids() == Ids{0, 1, 2});
    CHECK(machine.control_port() == 0xb004);
}

TEST_CASE("dump: QEMU microvm, an XSDT alone, and hardware-reduced ACPI") {
    const Machine machine("acpi/qemu-microvm-3.txt");
    CHECK(machine.tables.count() == 2);
    CHECK(machine.enabled_ids() == Ids{0, 1, 2});
    CHECK(machine.control_port() == 0);
}
