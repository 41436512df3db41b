// Lab 5, second half: an AP in 64-bit C++ takes over the protections that the BSP has on.
#include "smp/match_bsp.h"

#include "instructions.h"
#include "x86/control_registers.h"

namespace smp {

void match_bsp(const x86::ControlState& bsp) {
    // --- student code begins ---
    static const volatile std::uint64_t wanted[] = {x86::efer::nxe.raw, x86::cr0::wp.raw};
    instructions::write_efer(instructions::read_efer() | x86::Efer{bsp.efer.raw & wanted[0]});
    instructions::write_cr0(instructions::read_cr0() | x86::Cr0{bsp.cr0.raw & wanted[1]});
    // --- student code ends ---
}

}  // namespace smp
