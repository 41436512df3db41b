// Exceptions and interrupts on their way to their handlers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "x86/address.h"
#include "x86/exception.h"

namespace cpu {

/// The use of each interrupt vector. Vectors below 32 are the processor's exceptions.
enum class Vector : std::uint8_t {
    pic_master = 0x20,  // IRQ 0 to 7; only IRQ 0 is ever let through
    pic_slave = 0x28,   // IRQ 8 to 15
    timer = 0x40,       // this CPU's LAPIC timer
    // From one CPU to another, more urgent than the timer: priority is the vector's upper half.
    reschedule = 0x50,  // look at the ready queue again
    flush = 0x51,       // forget what the page tables said
    // The LAPIC's own.
    spurious = 0xff,  // older APICs hardwire its four lowest bits to 1 [sdm3 11.9]
};

/// The interrupted registers, lowest address first: traps.asm pushes the upper ones in the opposite
/// order, the processor has pushed the last five, and the error code if the vector has one (else
/// it is 0). [sdm3 6.14.2]
struct TrapFrame {
    std::uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
    std::uint64_t rdi, rsi, rbp, rbx, rdx, rcx, rax;
    std::uint64_t vector;
    std::uint64_t error_code;
    std::uint64_t rip, cs, rflags, rsp, ss;

    x86::ExceptionVector exception() const { return static_cast<x86::ExceptionVector>(vector); }
    bool is_exception() const { return vector < x86::exception_vector_count; }
};

static_assert(std::is_standard_layout_v<TrapFrame> && sizeof(TrapFrame) == 22 * 8);
static_assert(offsetof(TrapFrame, rax) == 14 * 8 && offsetof(TrapFrame, vector) == 15 * 8);
static_assert(offsetof(TrapFrame, rip) == 17 * 8 && offsetof(TrapFrame, ss) == 21 * 8);
// The processor aligns the stack to 16 before it pushes, so the handler gets it aligned as well.
static_assert(sizeof(TrapFrame) % 16 == 0);

/// Called with interrupts off, on the stack of the code that was interrupted (NMI, #DF and #MC have
/// a stack of their own). For an interrupt of the LAPIC it calls end_of_interrupt() itself.
using TrapHandler = void (*)(TrapFrame& frame);

/// From now on `handler` gets all traps of this vector, on every CPU. A vector without a handler is
/// a panic that tells all about the trap.
void set_handler(std::uint8_t vector, TrapHandler handler);
void set_handler(Vector vector, TrapHandler handler);

}  // namespace cpu
