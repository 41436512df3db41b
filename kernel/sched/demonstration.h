#pragma once

namespace sched {

/// Starts two tasks for each CPU, waits for them, and prints which task ran where, what each CPU
/// did (not with the option table=no), and a closing line. Panics unless every CPU has preempted a
/// task, and every one with an odd number has stolen one. The BSP calls it after open(), once.
void demonstrate();

}  // namespace sched
