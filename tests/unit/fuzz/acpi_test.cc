// Damaged ACPI tables. Half of them get their checksums repaired, or no damage would come any
// further than those.
#include <doctest/doctest.h>
#include <set>
#include <string>

#include "acpi/madt.h"
#include "acpi/power.h"
#include "acpi/soft_off.h"
#include "acpi/tables.h"
#include "tests/unit/boot/memory_dump.h"
#include "tests/unit/fuzz/mutator.h"

namespace {

using test::Bytes;
using test::FakePhysicalMemory;
using test::Mutator;

template <class T>
bool count(const lib::Result<T>& result, test::Outcomes& outcomes) {
    ++(result ? outcomes.accepted : outcomes.refused);
    if (!result && !(test::is_one_line(result.error().text()) &&
                     result.error().text().starts_with("ACPI: "))) {
        FAIL("not a line for the serial port; seed ", test::current_seed);
    }
    return static_cast<bool>(result);
}

void check(bool condition, const char* what) {
    if (!condition) {
        FAIL(what, "; seed ", test::current_seed);
    }
}

void check_processors(const acpi::Madt& madt) {
    std::set<std::uint32_t> ids;
    for (const auto& processor : madt.processors) {
        check(ids.insert(processor.apic_id).second, "a processor is listed twice");
        check(processor.apic_id != 0xffffffff, "everyone is listed as a processor");
        check(processor.x2apic || processor.apic_id < 0xff, "an xAPIC number has 8 bits");
        check(!(processor.enabled && processor.online_capable), "enabled and absent");
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
        const auto tables = acpi::Tables::open(memory, {}, rsdp);
        if (!count(tables, outcomes)) {
            return;
        }
        const auto madt_table = tables->find("APIC");
        if (count(madt_table, outcomes)) {
            const auto madt = acpi::parse_madt(*madt_table);
            if (count(madt, outcomes)) {
                check_processors(*madt);
            }
        }
        const auto power_off = acpi::find_power_off(*tables);
        if (count(power_off, outcomes)) {
            check(power_off->pm1a_control != 0, "no port");
            check(power_off->sleep_type_a < 8 && power_off->sleep_type_b < 8, "no sleep type");
        }
        check(memory.reads() < 20 + 4 * tables->count(), "far too many reads");
    });
}

}  // namespace

TEST_CASE("fuzz: ACPI tables of QEMU and Bochs") {
    test::Outcomes outcomes;
    fuzz_machine("acpi/qemu-q35-6-sparse.txt", 5'000, outcomes);
    fuzz_machine("acpi/bochs-3.txt", 5'000, outcomes);
    CHECK(outcomes.accepted > 5'000);
    CHECK(outcomes.refused > 5'000);
}

TEST_CASE("fuzz: RSDP") {
    const FakePhysicalMemory sound = test::load_dump("acpi/bochs-3.txt");
    Bytes v2 = sound.pieces().at(x86::PhysicalAddress{0xfa010});
    v2.resize(36);
    v2[15] = std::byte{2};
    v2[20] = std::byte{36};
    test::Outcomes outcomes;
    test::fuzz(10'000, [&](Mutator& mutator) {
        Bytes damaged = v2;
        mutator.damage(damaged);
        repair(damaged);
        damaged.shrink_to_fit();
        count(acpi::parse_rsdp(damaged), outcomes);
    });
    CHECK(outcomes.accepted > 1'000);
    CHECK(outcomes.refused > 1'000);
}

TEST_CASE("fuzz: _S5 in AML") {
    Bytes sound =
        test::ByteBuilder().text("xx\x08_S5_\x12\x08").u8(4).text("\x0a\x05\x0a\x06").bytes();
    sound.resize(20);
    test::Outcomes outcomes;
    test::fuzz(20'000, [&](Mutator& mutator) {
        Bytes damaged = sound;
        mutator.damage(damaged);
        damaged.shrink_to_fit();
        const auto types = acpi::find_soft_off(damaged);
        if (count(types, outcomes)) {
            check(types->pm1a < 8 && types->pm1b < 8, "no sleep type");
        }
    });
    CHECK(outcomes.accepted > 1'000);
    CHECK(outcomes.refused > 1'000);
}

TEST_CASE("fuzz: entries of a MADT made of noise") {
    test::Outcomes outcomes;
    test::fuzz(5'000, [&](Mutator& mutator) {
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
        const auto madt = acpi::parse_madt(table);
        if (count(madt, outcomes)) {
            check_processors(*madt);
        }
    });
    CHECK(outcomes.accepted > 100);
    CHECK(outcomes.refused > 100);
}
