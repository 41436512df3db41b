// What lies on the stack while a trap is handled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "x86/address.h"
#include "x86/exception.h"

namespace cpu {

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
    x86::VirtualAddress instruction() const { return x86::VirtualAddress{rip}; }
    x86::VirtualAddress frame_pointer() const { return x86::VirtualAddress{rbp}; }
};

static_assert(std::is_standard_layout_v<TrapFrame> && sizeof(TrapFrame) == 22 * 8);
static_assert(offsetof(TrapFrame, rax) == 14 * 8 && offsetof(TrapFrame, vector) == 15 * 8);
static_assert(offsetof(TrapFrame, rip) == 17 * 8 && offsetof(TrapFrame, ss) == 21 * 8);
// The processor aligns the stack to 16 before it pushes, so the handler gets it aligned as well.
static_assert(sizeof(TrapFrame) % 16 == 0);

}  // namespace cpu
