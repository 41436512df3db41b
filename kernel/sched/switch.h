#pragma once

#include <cstdint>

#include "x86/address.h"

namespace sched {

/// What switch.asm leaves on a stack that it switches away from, from the stack pointer upwards.
struct SwitchFrame {
    std::uint64_t r15 = 0;
    std::uint64_t r14 = 0;
    std::uint64_t r13 = 0;
    std::uint64_t r12 = 0;
    std::uint64_t rbx = 0;
    std::uint64_t rbp = 0;
    std::uint64_t return_address = 0;
};

/// Leaves this stack, its pointer in `*save`, for the one at `resume`. Interrupts must be off.
/// Returns when some CPU switches back, and not necessarily the one that left: whatever the caller
/// knew of "this CPU" is out of date then.
extern "C" void switch_stacks(std::uint64_t* save, std::uint64_t resume);

/// Prepares an unused stack so that the first switch to it begins in task_main(). Returns the stack
/// pointer to switch to. `top` is the stack's end, at a multiple of 16.
std::uint64_t prepare_stack(x86::VirtualAddress top);

/// What every task begins with, on its own stack and with interrupts off. Called by switch.asm.
extern "C" [[noreturn]] void task_main();

}  // namespace sched
