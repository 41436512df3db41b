#include "checker/guest/activity.h"

#include <doctest/doctest.h>

#include "checker/guest/machine.h"
#include "tests/unit/checker/guest/memory_image.h"

using guest::LinearMemory;

namespace {

std::vector<cpu::TrapFrame> unfinished_traps(const LinearMemory& memory,
                                             std::uint64_t frame_pointer) {
    return guest::call_stack(memory, frame_pointer).traps;
}

cpu::TrapFrame page_fault_at(std::uint64_t rip, std::uint64_t rbp) {
    cpu::TrapFrame trap{};
    trap.vector = 14;
    trap.error_code = 2;
    trap.rip = rip;
    trap.cs = 8;
    trap.rflags = 0x10046;
    trap.rsp = 0x3000;
    trap.ss = 16;
    trap.rbp = rbp;
    return trap;
}

// A handler's frame at 0x1000, above it the trap, whose code's frame is at 0x2000.
MemoryImage stack_with_trap() {
    MemoryImage image{0x8000};
    image.put(0x0f00, std::uint64_t{0x1000});
    image.put(0x1000, std::uint64_t{0});
    image.put(0x1010, page_fault_at(0x4444, 0x2000));
    image.put(0x2000, std::uint64_t{0});
    return image;
}

}  // namespace

TEST_CASE("call stack: found by frame pointers, innermost first") {
    MemoryImage image = stack_with_trap();
    const evidence::Registers registers;
    const LinearMemory memory{image, {}, registers};
    REQUIRE(unfinished_traps(memory, 0x0f00).size() == 1);
    CHECK(unfinished_traps(memory, 0x0f00)[0].rip == 0x4444);

    image.put(0x2010, page_fault_at(0x5555, 0x3000));
    const auto nested = unfinished_traps(memory, 0x0f00);
    REQUIRE(nested.size() == 2);
    CHECK(nested[1].rip == 0x5555);
}

TEST_CASE("call stack: no trap in what is none") {
    MemoryImage image = stack_with_trap();
    const evidence::Registers registers;
    const LinearMemory memory{image, {}, registers};
    CHECK(unfinished_traps(memory, 0).empty());
    CHECK(unfinished_traps(memory, 0x0f01).empty());
    CHECK(unfinished_traps(memory, 0x100000).empty());
    image.put(0x2000, std::uint64_t{0x1000});  // a loop
    CHECK(unfinished_traps(memory, 0x0f00).size() == 1);
    image.put(0x1000, std::uint64_t{0x1000});
    cpu::TrapFrame wrong = page_fault_at(0x4444, 0x2000);
    wrong.vector = 300;
    image.put(0x1010, wrong);
    CHECK(unfinished_traps(memory, 0x0f00).empty());
    wrong = page_fault_at(0x4444, 0x2000);
    wrong.rflags = 0;
    image.put(0x1010, wrong);
    CHECK(unfinished_traps(memory, 0x0f00).empty());
}

TEST_CASE("call stack: loops of frames end") {
    MemoryImage image{0x8000};
    for (std::uint64_t at = 0x1000; at < 0x3000; at += 0x1000) {
        image.put(at + 0x10, page_fault_at(0x4444, at == 0x1000 ? 0x2000 : 0x1000));
    }
    const evidence::Registers registers;
    CHECK(unfinished_traps({image, {}, registers}, 0x1000).size() <= 1000);
}

TEST_CASE("machine: a trap in progress comes before the exceptions that ended the CPU") {
    const MemoryImage image = stack_with_trap();
    const guest::Symbols symbols;
    evidence::Evidence evidence;
    evidence.end = evidence::End::triple_fault;
    evidence::Cpu& cpu = evidence.cpus.emplace_back();
    cpu.died = true;
    cpu.registers.emplace().rbp = 0x0f00;
    cpu.registers->control.cr0 = x86::cr0::pe;
    cpu.registers->cs.size_32 = true;
    cpu.exceptions.emplace_back().vector = 8;
    guest::examine(
        {image, symbols},
        [](unsigned number, const evidence::Exception& found) {
            CHECK(number == 0);
            evidence::Exception known = found;
            known.cr2 = 0x1234;
            return std::vector{known};
        },
        evidence);
    REQUIRE(cpu.exceptions.size() == 2);
    CHECK(cpu.exceptions[0].vector == 14);
    CHECK(cpu.exceptions[0].error == 2);
    CHECK(cpu.exceptions[0].cr2 == 0x1234);
    CHECK(cpu.exceptions[0].where.address == 0x4444);
    CHECK(cpu.exceptions[1].vector == 8);
}
