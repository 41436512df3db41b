// How the whole machine stops when the kernel cannot go on. lib/panic.h is the way in. With the
// option panic=poweroff it is switched off then, else it halts.
#pragma once

#include "cpu/traps.h"

namespace cpu {

/// Whether this CPU has to stop because another one is in a panic.
bool another_cpu_panics();

/// Halts this CPU for good. Only an NMI still reaches it, such as the one of a panic elsewhere.
[[noreturn]] void stop_this_cpu();

/// The same, by the NMI of a CPU in a panic, which waits for the answer.
[[noreturn]] void stop_as_told();

/// The panic of a CPU that took a trap without a handler; `cr2` is of interest for #PF.
[[noreturn]] void panic_in_trap(const TrapFrame& frame, x86::VirtualAddress cr2);

}  // namespace cpu
