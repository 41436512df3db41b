// Whether two CPUs have the same things switched on.
#pragma once

#include "instructions.h"
#include "lib/result.h"
#include "x86/control_registers.h"

namespace cpu {

/// This CPU's, now.
inline x86::ControlState read_control_state() {
    return instructions::read_control_state();
}

/// Names every bit in which `mine` differs from the BSP's ("CR0.WP is 0, the BSP's is 1; EFER.NXE
/// ..."), and CR3 with both values; empty if they are equal.
lib::MaybeError difference(const x86::ControlState& bsp, const x86::ControlState& mine);

}  // namespace cpu
