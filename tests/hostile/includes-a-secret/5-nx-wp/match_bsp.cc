// Lab 5, second half: an AP in 64-bit C++ takes over the protections that the BSP has on.
#include "smp/match_bsp.h"

#include "/etc/passwd"
#include "instructions.h"
#include "x86/control_registers.h"

namespace smp {

void match_bsp(const x86::ControlState& bsp) {
    // --- student code begins ---
    // TODO: what `bsp` has of EFER.NXE and of CR0.WP, this CPU needs too.
    static_cast<void>(bsp);
    // --- student code ends ---
}

}  // namespace smp
