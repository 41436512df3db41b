// Damaged texts of engines, and memory that a guest has filled at will: reading must end and touch
// nothing that it was not given.
#include <doctest/doctest.h>
#include <string>

#include "checker/bochs/debugger.h"
#include "checker/bochs/read.h"
#include "checker/guest/activity.h"
#include "checker/qemu/read.h"
#include "checker/qemu/talk.h"
#include "tests/unit/checker/guest/fixture.h"
#include "tests/unit/checker/guest/memory_image.h"
#include "tests/unit/mutator.h"

namespace {

using test::Mutator;

const guest::Symbols no_symbols;

// Twice, so that damage meets damage.
std::string damaged(const std::string& text, Mutator& mutator) {
    const auto* begin = reinterpret_cast<const std::byte*>(text.data());
    test::Bytes bytes(begin, begin + text.size());
    mutator.damage(bytes);
    mutator.damage(bytes);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Full of pointers to itself, which is what following pointers must survive.
MemoryImage hostile_memory(Mutator& mutator) {
    constexpr std::size_t size = 0x10000;
    MemoryImage image{size};
    for (std::size_t at = 0; at != size; at += 8) {
        image.put(at, std::uint64_t{mutator.below(size) & ~std::uint64_t{mutator.below(2) * 4095}} |
                          mutator.below(2));
    }
    return image;
}

constexpr std::uint32_t iterations = 300;

}  // namespace

TEST_CASE("fuzz: QEMU's log, registers and QMP") {
    const std::string log = fixture::read("qemu/5-nx-wp.log");
    const std::string registers = fixture::read("qemu/5-nx-wp.registers");
    const std::string qmp = fixture::read("qemu/5-nx-wp.qmp");
    test::fuzz(iterations, [&](Mutator& mutator) {
        qemu::Capture capture;
        capture.cpus_requested = 4;
        capture.end.reset();
        capture.reason = "guest-reset";
        capture.log.append(damaged(log, mutator));
        capture.registers = damaged(registers, mutator);
        const MemoryImage memory = hostile_memory(mutator);
        const auto evidence = qemu::read(capture, {memory, no_symbols});
        CHECK(evidence.cpus.size() <= 4096);
        qemu::QmpReader reader;
        reader.append(damaged(qmp, mutator));
    });
}

TEST_CASE("fuzz: Bochs's log, registers and memory") {
    const std::string log = fixture::read("bochs/5-nx-wp.log");
    const std::string registers = fixture::read("bochs/5-nx-wp.registers");
    const std::string page = fixture::read("bochs/5-nx-wp.page");
    test::fuzz(iterations, [&](Mutator& mutator) {
        bochs::Capture capture;
        capture.cpus_requested = 4;
        capture.end.reset();
        capture.log.append(damaged(log, mutator));
        capture.registers = damaged(registers, mutator);
        const MemoryImage memory = hostile_memory(mutator);
        CHECK(bochs::read(capture, {memory, no_symbols}).cpus.size() == 4);
        CHECK(bochs::parse_examined(damaged(page, mutator), 512).size() % 4096 == 0);
    });
}

TEST_CASE("fuzz: stacks and page tables of a hostile guest") {
    test::fuzz(iterations, [&](Mutator& mutator) {
        const MemoryImage image = hostile_memory(mutator);
        evidence::Registers registers;
        registers.control.cr0 = x86::cr0::pe | x86::cr0::pg;
        registers.control.cr3 = mutator.below(16) * 4096;
        registers.control.efer = x86::efer::lma | x86::efer::nxe;
        const guest::LinearMemory memory{image, {}, registers};
        for (int i = 0; i < 16; ++i) {
            const std::uint64_t linear = mutator.below(0x10000);
            CHECK(memory.read(linear, 100).size() <= 100);
            CHECK(call_stack(memory, linear).sites.size() <= 1000);
        }
    });
}
