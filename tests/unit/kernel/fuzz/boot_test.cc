// Damaged loader information: the parsers must end, read nothing that they were not given, and
// end in a panic or a BootInfo that the memory's owner can rely on.
#include <doctest/doctest.h>

#include "boot/boot_info.h"
#include "tests/unit/kernel/boot/memory_dump.h"
#include "tests/unit/kernel/boot/parsed.h"
#include "tests/unit/kernel/panic.h"
#include "tests/unit/mutator.h"

namespace {

using test::FakePhysicalMemory;
using test::Mutator;
using x86::PhysicalAddress;

constexpr std::uint64_t address_limit = std::uint64_t{1} << 52;

bool is_normal(const boot::MemoryMap& map) {
    const boot::MemoryRange* last = nullptr;
    for (const boot::MemoryRange& range : map) {
        const bool fits = range.length != 0 && range.length <= address_limit &&
                          range.end().raw <= address_limit && range.base < range.end();
        const bool follows = last == nullptr || last->end() < range.base ||
                             (last->end() == range.base && last->available != range.available);
        if (!fits || !follows) {
            return false;
        }
        last = &range;
    }
    return true;
}

void parse_and_check(const FakePhysicalMemory& memory, std::uint32_t magic, PhysicalAddress info,
                     test::Outcomes& outcomes) {
    boot::MemoryMap map;
    const std::string reason =
        test::reason_of([&] { map = test::parse(memory, magic, info)->memory; });
    if (reason.empty()) {
        ++outcomes.accepted;
        if (!is_normal(map)) {
            FAIL("the memory map is not normal; seed ", test::current_seed);
        }
    } else {
        ++outcomes.refused;
        if (!test::is_one_line(reason)) {
            FAIL("not a line for the serial port; seed ", test::current_seed);
        }
    }
    if (memory.reads() > boot::CommandLine::capacity() + 16) {
        FAIL(memory.reads(), " reads; seed ", test::current_seed);
    }
}

}  // namespace

TEST_CASE("fuzz: multiboot2") {
    const FakePhysicalMemory sound = test::load_dump("boot/multiboot2-grub-qemu.txt");
    constexpr PhysicalAddress info{0x100128};
    const test::Bytes information = sound.pieces().at(info);
    test::Outcomes outcomes;
    test::fuzz(8'000, [&](Mutator& mutator) {
        test::Bytes damaged = information;
        mutator.damage(damaged);
        if (damaged.size() >= 4 &&
            mutator.below(2) == 0) {  // so that a cut is not all that is seen
            test::put(damaged, 0, static_cast<std::uint32_t>(damaged.size()));
        }
        FakePhysicalMemory memory;
        memory.place(info, damaged);
        parse_and_check(memory, boot::multiboot2_magic, info, outcomes);
    });
    CHECK(outcomes.accepted > 400);
    CHECK(outcomes.refused > 400);
}

TEST_CASE("fuzz: PVH") {
    const FakePhysicalMemory sound = test::load_dump("boot/pvh-qemu-q35-64m.txt");
    constexpr PhysicalAddress info{0x21e0};
    test::Outcomes outcomes;
    test::fuzz(4'000, [&](Mutator& mutator) {
        FakePhysicalMemory memory;
        std::size_t untouched = mutator.below(8);  // all pieces are damaged, or all but one, ...
        for (const auto& [address, bytes] : sound.pieces()) {
            test::Bytes damaged = bytes;
            if (untouched == 0 || mutator.below(untouched) == 0) {
                mutator.damage(damaged);
            }
            memory.place(address, damaged);
        }
        parse_and_check(memory, boot::pvh_entry_taken, info, outcomes);
    });
    CHECK(outcomes.accepted > 200);
    CHECK(outcomes.refused > 200);
}

TEST_CASE("fuzz: normalise agrees with asking every range about every address") {
    test::fuzz(2'000, [](Mutator& mutator) {
        std::vector<boot::MemoryRange> firmware(mutator.below(12));
        for (auto& range : firmware) {
            range = {PhysicalAddress{mutator.below(24)}, mutator.below(12), mutator.below(2) == 0};
        }
        boot::MemoryMap map;
        REQUIRE(boot::normalise(firmware, map));
        for (std::uint64_t address = 0; address != 40; ++address) {
            const auto kind_in = [address](const auto& ranges) {
                int kind = -1;  // 0: available, 1: not
                for (const boot::MemoryRange& range : ranges) {
                    if (range.base.raw <= address && address < range.end().raw) {
                        kind = std::max(kind, range.available ? 0 : 1);
                    }
                }
                return kind;
            };
            if (kind_in(firmware) != kind_in(map)) {
                FAIL("address ", address, "; seed ", test::current_seed);
            }
        }
    });
}
