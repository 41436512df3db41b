#include "sched/switch.h"

#include "lib/panic.h"

namespace sched {

extern "C" void first_entry();

std::uint64_t prepare_stack(x86::VirtualAddress top) {
    ASSERT(x86::is_aligned(top, 16));
    // Directly below the top, so that the stack is empty, and aligned as before a call, once
    // switch_stacks() has taken the frame. Its rbp is 0, at which a backtrace ends.
    auto& frame = *(x86::pointer_to<SwitchFrame>(top) - 1);
    frame = {.return_address = reinterpret_cast<std::uint64_t>(&first_entry)};
    return x86::address_of(&frame).raw;
}

}  // namespace sched
