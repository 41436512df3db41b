// Tasks on all CPUs. Each CPU has a queue of its own, and its timer preempts the task that runs. A
// new task goes to the CPU with the fewest; a CPU with too few steals from the one with the most.
//
// A CPU's idle thread is the one that it booted with. It takes tasks, and sleeps when there are
// none. The BSP's also starts the tasks, and waits for their end.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "sched/ready_queue.h"
#include "sched/task.h"

namespace sched {

/// What the scheduler knows of one CPU. What is not atomic, other CPUs leave alone, and its own
/// uses with interrupts off.
struct alignas(64) Processor {
    ReadyQueue queue;
    Task idle;                                // its idle thread; never in a queue
    Task* current = nullptr;                  // what runs here now
    Task* previous = nullptr;                 // what ran before, until finish_switch()
    std::atomic<std::uint32_t> load{0};       // tasks that wait or run here
    std::uint32_t runs = 0;                   // times that it switched to a task
    std::atomic<std::uint32_t> preempted{0};  // times that it preempted a task
    std::atomic<std::uint32_t> stolen{0};     // tasks that it took from other CPUs' queues
};

/// Opens the scheduler for CPUs 0..cpus-1. The BSP calls it, once, with interrupts off; the thread
/// that calls it becomes the BSP's idle thread.
void open(unsigned cpus);

/// Makes an AP's thread its idle thread. Called with interrupts off; open() may come later.
[[noreturn]] void enter();

/// Starts a task that runs `entry`, on a guarded stack of its own. The BSP's idle thread calls it.
/// Panics if there is no memory left, and after 2 * max_cpus tasks.
void spawn(void (*entry)(Task&));

/// Runs tasks until all that were spawned have finished. The BSP's idle thread calls it.
void wait_for_tasks();

/// The CPUs that take part, and the tasks that were spawned. Other CPUs go on changing them until
/// wait_for_tasks() has returned.
std::span<Processor> all_processors();
std::span<const Task> all_tasks();

}  // namespace sched
