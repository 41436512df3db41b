// The contract of lab 5.
#pragma once

#include "x86/control_registers.h"

namespace smp {

/// Lab 5. Called by an AP at stage 3, in 64-bit mode with interrupts off: gives this CPU the
/// EFER.NXE and CR0.WP that the BSP has. `bsp` lies in the mailbox, in low memory. Nothing here may
/// read .data, .bss or .rodata: their pages are NX, and until EFER.NXE is set bit 63 of a page
/// entry is reserved, so any access to them faults. [sdm3 4.6.1, 4.7]
void match_bsp(const x86::ControlState& bsp);

}  // namespace smp
