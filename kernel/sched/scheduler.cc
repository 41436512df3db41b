#include "sched/scheduler.h"

#include <atomic>
#include <span>

#include "cpu/lapic.h"
#include "cpu/traps.h"
#include "instructions.h"
#include "lib/this_cpu.h"
#include "memory/kernel_heap.h"
#include "memory/stack.h"
#include "sched/dispatch.h"
#include "sched/idle.h"
#include "sched/preempt.h"
#include "sched/switch.h"

namespace sched {

constinit ReadyQueues queues;

namespace {

constinit std::span<Processor> processors;
constinit Task main_task{.name = "main", .pinned = true};
// Released by open() after all that it prepares, acquired by the APs before they use any of it.
constinit std::atomic<bool> is_open{false};

/// There is nothing left to do: the interrupt has ended the halt of an idle CPU, which now looks
/// for work, and a busy one looks at its queue anyway when the slice is over.
void on_reschedule(cpu::TrapFrame&) {
    cpu::end_of_interrupt();
}

/// Gives `task` a guarded stack on which it begins in task_main().
void give_stack(Task& task) {
    constexpr std::size_t pages = 4;  // room for a panic's report, beside what a task itself needs
    task.stack = memory::allocate_stack(pages);
    task.stack_pointer = prepare_stack(task.stack.top);
}

void idle_entry(void*) {
    idle_loop();
}

/// Records for that many CPUs, there for good.
template <class Record>
std::span<Record> make_records(CpuIndex cpus) {
    return {new Record[cpus], cpus};
}

/// Makes the calling thread the current one of its CPU.
void adopt(CpuIndex index, Task& thread) {
    Processor& processor = processors[index];
    processor.index = index;
    processor.current = &thread;
    thread.state = TaskState::running;
    thread.cpu = index;
    cpu::this_cpu().scheduler = &processor;
}

/// The current task stops running here, its state already saying why.
void leave(Processor& processor) {
    Task* const next = find_work(processor);
    switch_to(processor, next != nullptr ? *next : processor.idle);
}

}  // namespace

void open(CpuIndex cpus) {
    instructions::cli();
    ASSERT(!is_open.load(std::memory_order_relaxed));
    queues.open(make_records<CpuQueue>(cpus));
    processors = make_records<Processor>(cpus);
    cpu::set_handler(cpu::Vector::reschedule, on_reschedule);

    // The BSP's thread goes on as a task, so its idle thread needs a stack of its own.
    Task& idle = processors[0].idle;
    idle.entry = idle_entry;
    give_stack(idle);
    adopt(0, main_task);
    queues.set_running(0, true);
    is_open.store(true, std::memory_order_release);
    start_slice();
    for (CpuIndex cpu = 1; cpu < cpus; ++cpu) {
        interrupt(cpu);
    }
    instructions::sti();
}

void enter() {
    instructions::cli();
    while (!is_open.load(std::memory_order_acquire)) {
        instructions::halt_with_interrupts();
        instructions::cli();
    }
    const CpuIndex self = cpu::this_cpu().id;
    ASSERT(self < queues.count());
    adopt(self, processors[self].idle);
    idle_loop();
}

Task& make_task(std::string_view name, Entry entry, void* argument) {
    Task& task = *new Task{.name = name, .entry = entry, .argument = argument};
    give_stack(task);
    return task;
}

void start(Task& task, Placement placement) {
    task.pinned = placement.kind == Placement::Kind::pinned_to;
    const lib::InterruptGuard guard;
    task.cpu = placement.kind == Placement::Kind::anywhere ? queues.least_loaded() : placement.cpu;
    make_ready(task);
}

Task& spawn(std::string_view name, Entry entry, void* argument, Placement placement) {
    Task& task = make_task(name, entry, argument);
    start(task, placement);
    return task;
}

TaskAccount join(Task& task) {
    if (!task.completion.is_complete()) {
        const lib::InterruptGuard guard;
        Processor& processor = this_processor();
        processor.current->joins = &task;
        processor.current->state = TaskState::waiting;
        leave(processor);
    }
    ASSERT(task.completion.is_complete());
    TaskAccount account = task.account;
    memory::free_stack(task.stack);
    delete &task;
    return account;
}

void exit() {
    instructions::cli();
    Processor& processor = this_processor();
    processor.current->state = TaskState::finished;
    leave(processor);
    lib::panic("a task that had finished was run again");
}

extern "C" void task_main() {
    settle_departed();
    // Nobody else writes these, and this task is the current one wherever it runs.
    const Task& task = *this_processor().current;
    instructions::sti();
    task.entry(task.argument);
    exit();
}

const TaskAccount& own_account() {
    const lib::InterruptGuard guard;
    return this_processor().current->account;
}

const CpuAccount& account_of(CpuIndex cpu) {
    ASSERT(cpu < queues.count());
    return processors[cpu].account;
}

CpuIndex cpu_count() {
    return queues.count();
}

}  // namespace sched
