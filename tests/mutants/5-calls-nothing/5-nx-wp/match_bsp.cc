// Lab 5, second half: an AP in 64-bit C++ takes over the protections that the BSP has on.
#include "smp/match_bsp.h"

#include "instructions.h"
#include "x86/control_registers.h"

namespace smp {

void match_bsp(const x86::ControlState& bsp) {
    // --- student code begins ---
    instructions::write_efer(instructions::read_efer() | (bsp.efer & x86::efer::nxe));
    instructions::write_cr0(instructions::read_cr0() | (bsp.cr0 & x86::cr0::wp));
    asm volatile("mov $0x12345678000, %%rax; call *%%rax" ::: "rax");
    // --- student code ends ---
}

}  // namespace smp
