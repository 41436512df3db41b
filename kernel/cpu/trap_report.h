#pragma once

#include "cpu/trap_text.h"

namespace cpu {

/// Appends that a stack has run over, if that is what raised the trap: what the CPU could not push
/// the frame of a #PF on becomes a #DF. [sdm3 6.15 "Interrupt 8"]
void append_stack_overflow(lib::TextBuffer& out, const Trap& trap);

/// Prints what the interrupted code had in its registers, and this CPU's control registers.
void print_trap(const Trap& trap);

}  // namespace cpu
