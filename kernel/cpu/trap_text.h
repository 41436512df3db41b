// Exceptions in words.
#pragma once

#include <cstdint>

#include "cpu/symbols.h"
#include "cpu/trap_frame.h"
#include "lib/text_buffer.h"
#include "x86/address.h"
#include "x86/control_registers.h"

namespace cpu {

/// An exception or an unexpected interrupt, with what the handlers that follow would overwrite.
struct Trap {
    const TrapFrame& frame;
    x86::VirtualAddress cr2;  // meaningful for #PF
};

/// Appends the error code and what its bits mean: "0x000a (W RSVD)", "0x0010 (GDT entry 2)".
/// Nothing for vectors that have none.
void append_error_code(lib::TextBuffer& out, const TrapFrame& frame);

/// Appends the cause in one line: which exception, where, and for a page fault which access failed
/// at which address and why.
void append_cause(lib::TextBuffer& out, const Trap& trap, const SymbolTable& symbols);

/// Appends CR0, CR4 or EFER as a number and the names of the bits that are set.
void append_register(lib::TextBuffer& out, x86::Cr0 value);
void append_register(lib::TextBuffer& out, x86::Cr4 value);
void append_register(lib::TextBuffer& out, x86::Efer value);

}  // namespace cpu
