#pragma once

namespace sched {

/// The thread of a CPU that has nothing to do: takes what work there is, and halts when there is
/// none. Runs on the stack of whoever calls it, as the idle thread of this CPU.
[[noreturn]] void idle_loop();

}  // namespace sched
