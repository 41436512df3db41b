// How the whole machine stops when the kernel cannot go on. lib/panic.h is the way in. With the
// option panic=poweroff it is switched off then, else it halts.
#pragma once

#include "cpu/traps.h"

namespace cpu {

/// Whether this CPU has to stop because another one is in a panic.
bool another_cpu_panics();

/// Halts this CPU for good. It answers to nothing any more.
[[noreturn]] void stop_this_cpu();

/// The panic of a CPU that took a trap without a handler; `cr2` is of interest for #PF.
[[noreturn]] void panic_in_trap(const TrapFrame& frame, x86::VirtualAddress cr2);

}  // namespace cpu
