// RFLAGS. [sdm1 3.4.3] [sdm3 2.3]
#pragma once

#include "x86/flags.h"

namespace x86 {

using Rflags = Flags<struct RflagsTag>;

namespace rflags {
inline constexpr Rflags cf = flag<Rflags>(0);   // carry
inline constexpr Rflags one = flag<Rflags>(1);  // reads as 1 always
inline constexpr Rflags pf = flag<Rflags>(2);   // parity
inline constexpr Rflags af = flag<Rflags>(4);   // auxiliary carry
inline constexpr Rflags zf = flag<Rflags>(6);   // zero
inline constexpr Rflags sf = flag<Rflags>(7);   // sign
inline constexpr Rflags tf = flag<Rflags>(8);   // trap: #DB after each instruction
inline constexpr Rflags if_ = flag<Rflags>(9);  // interrupt enable (`if` is a word of the language)
inline constexpr Rflags df = flag<Rflags>(10);  // direction: string instructions go down
inline constexpr Rflags of = flag<Rflags>(11);  // overflow
inline constexpr Rflags nt = flag<Rflags>(14);  // nested task
inline constexpr Rflags rf = flag<Rflags>(16);  // resume: no #DB for one instruction
inline constexpr Rflags vm = flag<Rflags>(17);  // virtual-8086 mode
inline constexpr Rflags ac = flag<Rflags>(18);  // alignment check; with SMAP: user pages allowed
inline constexpr Rflags vif = flag<Rflags>(19);  // virtual interrupt
inline constexpr Rflags vip = flag<Rflags>(20);  // virtual interrupt pending
inline constexpr Rflags id = flag<Rflags>(21);   // CPUID exists if this can be changed
}  // namespace rflags

static_assert((rflags::if_ | rflags::one).raw == 0x202);

}  // namespace x86
