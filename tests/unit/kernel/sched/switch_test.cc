#include "sched/switch.h"

#include <array>
#include <cstdint>
#include <doctest/doctest.h>
#include <vector>

/// The kernel's own context switch, between the test's stack and one made by prepare_stack().
namespace {

using Registers = std::array<std::uint64_t, 6>;

extern "C" void switch_with_registers(std::uint64_t* save, std::uint64_t resume,
                                      std::uint64_t* values);

struct alignas(16) Stack {
    std::array<std::byte, 64 * 1024> bytes;
};

struct {
    std::uint64_t test_stack_pointer;
    std::uint64_t task_stack_pointer;
    int entries = 0;
    std::uintptr_t frame = 0;
    std::uint64_t callers_frame = 1;
    std::vector<Registers> seen;
} scene;

constexpr Registers tests_own{0x1111, 0x2222, 0x3333, 0x4444, 0x5555, 0x6666};
constexpr Registers tasks_own{~0ULL, 2, 3ULL << 62, 4, 5, 6ULL << 32};

Registers switch_to_task(Registers values) {
    switch_with_registers(&scene.test_stack_pointer, scene.task_stack_pointer, values.data());
    return values;
}

}  // namespace

extern "C" void sched::task_main() {
    ++scene.entries;
    scene.frame = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    scene.callers_frame = *static_cast<std::uint64_t*>(__builtin_frame_address(0));
    for (;;) {
        Registers values = tasks_own;
        switch_with_registers(&scene.task_stack_pointer, scene.test_stack_pointer, values.data());
        scene.seen.push_back(values);
    }
}

TEST_CASE("both sides of a switch keep their registers, and a new stack begins in task_main") {
    const std::vector<Stack> stacks(1);
    const auto top = x86::address_of(stacks.data() + 1);
    scene.task_stack_pointer = sched::prepare_stack(top);
    CHECK(scene.task_stack_pointer == top.raw - sizeof(sched::SwitchFrame));

    CHECK(switch_to_task(tests_own) == tests_own);
    CHECK(scene.entries == 1);
    CHECK(scene.frame < top.raw);
    CHECK(scene.frame >= x86::address_of(stacks.data()).raw);
    CHECK(scene.frame % 16 == 0);     // as the ABI has it in every function [sysv 3.2.2]
    CHECK(scene.callers_frame == 0);  // where a backtrace ends

    CHECK(scene.seen.empty());
    CHECK(switch_to_task(tests_own) == tests_own);
    CHECK(switch_to_task(tests_own) == tests_own);
    CHECK(scene.seen == std::vector<Registers>{tasks_own, tasks_own});
    CHECK(scene.entries == 1);
}

TEST_CASE("a stack that ends in the middle of 16 bytes is refused") {
    CHECK_THROWS(sched::prepare_stack(x86::VirtualAddress{0x1008}));
}
