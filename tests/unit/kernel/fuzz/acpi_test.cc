// Damaged ACPI tables. Half of them get their checksums repaired, or no damage would come any
// further than those.
#include <doctest/doctest.h>
#include <optional>
#include <set>
#include <string>

#include "acpi/madt.h"
#include "acpi/power_off.h"
#include "acpi/tables.h"
#include "tests/unit/kernel/boot/memory_dump.h"
#include "tests/unit/kernel/panic.h"
#include "tests/unit/mutator.h"

namespace {

using test::Bytes;
using test::FakePhysicalMemory;
using test::Mutator;

/// Whether `parse` ends well, and not in a panic.
template <class Parse>
bool count(Parse parse, test::Outcomes& outcomes) {
    const std::string reason = test::reason_of(parse);
    ++(reason.empty() ? outcomes.accepted : outcomes.refused);
    if (!reason.empty() && !(test::is_one_line(reason) && reason.starts_with("ACPI: "))) {
        FAIL("not a line for the serial port; seed ", test::current_seed);
    }
    return reason.empty();
}

void check(bool condition, const char* what) {
    if (!condition) {
        FAIL(what, "; seed ", test::current_seed);
    }
}

void check_processors(const acpi::Processors& processors) {
    std::set<std::uint32_t> ids;
    for (const auto& processor : processors) {
        check(ids.insert(processor.apic_id).second, "a processor is listed twice");
        check(processor.apic_id != 0xffffffff, "everyone is listed as a processor");
    }
}

/// Makes the lengths and checksums of a damaged table agree with its bytes again.
void repair(Bytes& table) {
    const bool is_rsdp = table.size() == 20 || table.size() == 36;
    if (is_rsdp) {
        test::fix_checksum(table, 8, 20);
        if (table.size() == 36) {
            test::fix_checksum(table, 32, 36);
        }
    } else if (table.size() > 36) {
        test::put(table, 4, static_cast<std::uint32_t>(table.size()));
        test::fix_checksum(table, 9, table.size());
    }
}

void fuzz_machine(const char* dump, std::uint32_t iterations, test::Outcomes& outcomes) {
    const FakePhysicalMemory sound = test::load_dump(dump);
    x86::PhysicalAddress rsdp;
    for (const auto& [address, bytes] : sound.pieces()) {
        if (bytes.size() == 20) {
            rsdp = address;
        }
    }
    test::fuzz(iterations, [&](Mutator& mutator) {
        FakePhysicalMemory memory;
        const bool repaired = mutator.below(2) == 0;
        for (const auto& [address, bytes] : sound.pieces()) {
            Bytes table = bytes;
            if (mutator.below(3) == 0) {
                mutator.damage(table);
                if (repaired) {
                    repair(table);
                }
            }
            memory.place(address, table);
        }
        boot::BootInfo boot_info;
        boot_info.rsdp = rsdp;
        std::optional<acpi::Tables> tables;
        if (!count([&] { tables.emplace(memory, boot_info); }, outcomes)) {
            return;
        }
        if (const auto madt = tables->find("APIC")) {
            count([&] { check_processors(acpi::parse_madt(*madt)); }, outcomes);
        }
        if (const auto fadt = tables->find("FACP")) {
            acpi::pm1a_control_port(*fadt);
        }
        check(memory.reads() < 20 + 8 * tables->count(), "far too many reads");
    });
}

}  // namespace

TEST_CASE("fuzz: ACPI tables of QEMU and Bochs") {
    test::Outcomes outcomes;
    fuzz_machine("acpi/qemu-q35-6-sparse.txt", 2'000, outcomes);
    fuzz_machine("acpi/bochs-3.txt", 2'000, outcomes);
    CHECK(outcomes.accepted > 1'500);
    CHECK(outcomes.refused > 1'500);
}

TEST_CASE("fuzz: RSDP") {
    const FakePhysicalMemory sound = test::load_dump("acpi/bochs-3.txt");
    Bytes v2 = sound.pieces().at(x86::PhysicalAddress{0xfa010});
    v2.resize(36);
    v2[15] = std::byte{2};
    v2[20] = std::byte{36};
    test::Outcomes outcomes;
    test::fuzz(4'000, [&](Mutator& mutator) {
        Bytes damaged = v2;
        mutator.damage(damaged);
        repair(damaged);
        damaged.shrink_to_fit();
        boot::BootInfo boot_info;
        for (const std::byte byte : damaged) {
            (void)boot_info.rsdp_copy.try_push_back(byte);
        }
        count([&] { acpi::Tables(sound, boot_info); }, outcomes);
    });
    CHECK(outcomes.accepted > 400);
    CHECK(outcomes.refused > 400);
}

TEST_CASE("fuzz: entries of a MADT made of noise") {
    test::Outcomes outcomes;
    test::fuzz(2'000, [&](Mutator& mutator) {
        Bytes table(44 + mutator.below(200));
        for (std::size_t i = 44; i < table.size();) {  // type, length, then anything
            constexpr std::array<std::uint8_t, 6> types{0, 0, 1, 5, 9, 9};
            constexpr std::array<std::uint8_t, 6> lengths{8, 8, 12, 12, 16, 16};
            const std::size_t kind = mutator.below(types.size());
            table[i] = std::byte{types[kind]};
            for (std::size_t j = i + 1; j != std::min(table.size(), i + lengths[kind]); ++j) {
                table[j] =
                    static_cast<std::byte>(mutator.below(4) == 0 ? mutator.below(256) : 0xff);
            }
            if (i + 1 < table.size()) {
                table[i + 1] = std::byte{lengths[kind]};
            }
            i += lengths[kind];
        }
        count([&] { check_processors(acpi::parse_madt(table)); }, outcomes);
    });
    CHECK(outcomes.accepted > 40);
    CHECK(outcomes.refused > 40);
}
