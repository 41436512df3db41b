// Stopping CPUs for good.
#pragma once

namespace cpu {

/// Tells every other CPU by NMI to stop, and waits for them, but not long: one that never answers
/// must not keep a panic from being told. Only CPUs that have loaded their descriptor tables are
/// told, since without an IDT an NMI would reset the machine.
void stop_other_cpus();

/// Halts this CPU for good. It answers to nothing any more.
[[noreturn]] void stop_this_cpu();

}  // namespace cpu
