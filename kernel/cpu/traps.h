// Exceptions and interrupts on their way to whoever handles them.
#pragma once

#include <cstdint>

#include "cpu/trap_frame.h"
#include "cpu/vectors.h"

namespace cpu {

/// Called with interrupts off, on the stack of the code that was interrupted (NMI, #DF and #MC have
/// a stack of their own). Changes to the frame take effect when it returns. For an interrupt of the
/// LAPIC it calls end_of_interrupt() itself.
using TrapHandler = void (*)(TrapFrame& frame);

/// From now on `handler` gets all traps of this vector, on every CPU. A vector without a handler is
/// a panic that tells all about the trap.
void set_handler(std::uint8_t vector, TrapHandler handler);
void set_handler(Vector vector, TrapHandler handler);

}  // namespace cpu
