#pragma once

#include "cpu/trap_text.h"

namespace cpu {

/// Prints what the interrupted code had in its registers, and this CPU's control registers.
void print_trap(const Trap& trap);

}  // namespace cpu
