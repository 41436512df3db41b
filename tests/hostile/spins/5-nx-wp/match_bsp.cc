// Lab 5, second half: an AP in 64-bit C++ takes over the protections that the BSP has on.
#include "smp/match_bsp.h"

#include "instructions.h"
#include "trampoline/stage.h"
#include "x86/control_registers.h"
#include "x86/msr.h"

namespace smp {

void match_bsp(const x86::ControlState& bsp) {
    // --- student code begins ---
    (void)bsp;
    for (;;)
        instructions::pause();
    // --- student code ends ---
}

}  // namespace smp
