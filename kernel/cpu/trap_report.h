// Exceptions in words.
#pragma once

#include <cstdint>

#include "cpu/traps.h"
#include "lib/format.h"
#include "x86/address.h"

namespace cpu {

/// Appends the cause in one line: which exception, its error code and what the bits mean, where,
/// and for a page fault which access failed at which address and why.
void append_cause(lib::TextBuffer& out, const TrapFrame& frame, x86::VirtualAddress cr2);

/// Appends that a stack has run over, if that is what raised the trap: what the CPU could not push
/// the frame of a #PF on becomes a #DF. [sdm3 6.15 "Interrupt 8"]
void append_stack_overflow(lib::TextBuffer& out, const TrapFrame& frame, x86::VirtualAddress cr2);

/// Prints what the interrupted code had in its registers, and this CPU's control registers.
void print_registers(const TrapFrame& frame, x86::VirtualAddress cr2);

/// Prints who called whom, the innermost first, by the chain of frame pointers that
/// -fno-omit-frame-pointer leaves on a stack. [sysv 3.2.2] It ends where a caller's frame is not
/// above the one before, or too far above to be on one stack.
void print_callers(std::uint64_t frame_pointer);

}  // namespace cpu
