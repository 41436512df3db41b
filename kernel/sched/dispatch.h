/// Changing the task of a CPU.
///
/// The rule that everything here serves: a task becomes visible to other CPUs only after its stack
/// has been left. So a CPU never queues its own current task; it switches away first, and what runs
/// next puts the departed one where its state says (settle_departed). Who finds a task in a queue
/// may therefore run it at once, without asking whether somebody still stands on its stack.
///
/// All of it is called with interrupts off.
#pragma once

#include <cstdint>

#include "sched/processor.h"

namespace sched {

/// Puts `next` on this CPU instead of the current task, whose state says what becomes of that one:
/// running (it waits for its next turn), waiting (for `joins`) or finished. Returns when the
/// current task is next given a CPU, perhaps another one: `processor` is out of date then.
void switch_to(Processor& processor, Task& next);

/// The first thing that a CPU does on a new stack: puts the departed task where its state says.
void settle_departed();

/// Work for a CPU that has none: from its own queue, or else from the longest. Null if none.
Task* find_work(Processor& processor);

/// Adds a ready task to the queue of its CPU, `task.cpu`, and sees to it that this one looks.
void make_ready(Task& task);

/// Makes a CPU look at its queue, if it is idle.
void interrupt(CpuIndex cpu);

}  // namespace sched
