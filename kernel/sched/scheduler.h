/// Threads of the kernel, on all CPUs.
#pragma once

#include <cstdint>
#include <string_view>

#include "sched/account.h"
#include "sched/cpu_index.h"
#include "sched/task.h"

namespace sched {

/// Opens the scheduler for CPUs 0..cpus-1, which have their records, timers and interrupts ready.
/// The BSP calls it, once; the thread that calls it goes on as the task "main", pinned to CPU 0 and
/// with interrupts on.
void open(CpuIndex cpus);

/// Where an AP ends up: its own thread becomes its idle thread. May come before open().
[[noreturn]] void enter();

/// Where a new task begins.
struct Placement {
    enum class Kind : std::uint8_t { anywhere, first_on, pinned_to };
    Kind kind;
    CpuIndex cpu;

    /// On the least loaded CPU.
    static constexpr Placement anywhere() { return {Kind::anywhere, 0}; }
    /// On this one, but free to be moved.
    static constexpr Placement first_on(CpuIndex cpu) { return {Kind::first_on, cpu}; }
    /// On this one, and never on another.
    static constexpr Placement pinned_to(CpuIndex cpu) { return {Kind::pinned_to, cpu}; }
};

/// Starts `entry(argument)` as a task of its own, with a guarded stack. It is done when `entry`
/// returns, or when it calls exit(); somebody must join() it then. `name` must outlive it. Panics
/// if there is no memory left.
Task& spawn(std::string_view name, Entry entry, void* argument,
            Placement placement = Placement::anywhere());

/// The two halves of spawn(), for who wants many tasks to begin at once: making a task takes far
/// longer than starting it.
Task& make_task(std::string_view name, Entry entry, void* argument);
void start(Task& task, Placement placement = Placement::anywhere());

/// Waits until `task` is done, and frees it: the reference is dead afterwards. Once for each task,
/// from a task. Returns what the task's life came to.
TaskAccount join(Task& task);

/// Ends the current task.
[[noreturn]] void exit();

/// The account of the task that asks.
const TaskAccount& own_account();

/// What a CPU has done so far; it goes on changing.
const CpuAccount& account_of(CpuIndex cpu);

CpuIndex cpu_count();

}  // namespace sched
