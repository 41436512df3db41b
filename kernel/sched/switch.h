#pragma once

#include <cstdint>

#include "lib/panic.h"
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
    void (*return_address)() = nullptr;
};

/// Leaves this stack, its pointer in `*save`, for the one at `resume`. Interrupts must be off.
/// Returns when some CPU switches back, and not necessarily the one that left: whatever the caller
/// knew of "this CPU" is out of date then.
extern "C" void switch_stacks(std::uint64_t* save, std::uint64_t resume);

/// Where the first switch to a new stack arrives: calls task_main(). In switch.asm.
extern "C" void first_entry();

/// What every task begins with, on its own stack and with interrupts off.
extern "C" [[noreturn]] void task_main();

/// Prepares an unused stack so that the first switch to it begins in task_main(). Returns the stack
/// pointer to switch to. `top` is the stack's end; panics unless it is a multiple of 16.
inline std::uint64_t prepare_stack(x86::VirtualAddress top) {
    ASSERT(x86::is_aligned(top, 16));
    // Directly below the top, so that the stack is empty, and aligned as before a call, once
    // switch_stacks() has taken the frame. Its rbp is 0, at which a backtrace ends.
    auto& frame = *(x86::pointer_to<SwitchFrame>(top) - 1);
    frame = {.return_address = first_entry};
    return x86::address_of(&frame).raw;
}

}  // namespace sched
