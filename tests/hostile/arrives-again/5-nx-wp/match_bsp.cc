// Lab 5, second half: an AP in 64-bit C++ takes over the protections that the BSP has on.
#include "smp/match_bsp.h"

#include "instructions.h"
#include "trampoline/mailbox.h"
#include "x86/control_registers.h"

namespace smp {

void match_bsp(const x86::ControlState& bsp) {
    // --- student code begins ---
    (void)bsp;
    asm volatile(
        "mov %0, %%edi\n"
        "mov %1, %%rsp\n"
        "jmp ap_entry64"
        :
        : "i"(trampoline::mailbox_address), "i"(trampoline::stack_top));
    // --- student code ends ---
}

}  // namespace smp
