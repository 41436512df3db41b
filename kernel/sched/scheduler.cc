#include "sched/scheduler.h"

#include <algorithm>
#include <array>

#include "cpu/lapic.h"
#include "cpu/lapic_timer.h"
#include "cpu/records.h"
#include "cpu/traps.h"
#include "instructions.h"
#include "lib/panic.h"
#include "memory/stack.h"
#include "sched/switch.h"

namespace sched {

namespace {

/// How long a task may run while another one waits for its CPU. Short: a boot takes 100 ms.
constexpr std::uint32_t slice_us = 1'000;

/// Room for a panic's report, beside what a task itself needs.
constexpr std::size_t stack_pages = 4;

constinit std::array<Processor, cpu::max_cpus> processors{};
constinit std::atomic<std::uint32_t> processor_count{1};  // the BSP alone, until open()
constinit std::array<Task, 2 * cpu::max_cpus> tasks{};
constinit std::uint32_t task_count = 0;
constinit std::atomic<std::uint32_t> unfinished{0};

/// Interrupts must be off, and stay off as long as the answer is used: a task that is interrupted
/// may go on elsewhere.
Processor& this_processor() {
    return *static_cast<Processor*>(cpu::this_cpu().scheduler);
}

/// Makes the thread that calls it this CPU's idle thread.
void adopt_idle_thread() {
    Processor& self = processors[cpu::this_cpu().id];
    self.current = &self.idle;
    cpu::this_cpu().scheduler = &self;
}

std::uint8_t index_of(const Processor& processor) {
    return static_cast<std::uint8_t>(&processor - processors.data());
}

/// Makes a CPU look for work, if it sleeps.
void wake(const Processor& processor) {
    const std::uint8_t cpu = index_of(processor);
    const auto vector = static_cast<std::uint8_t>(cpu::Vector::reschedule);
    if (!cpu::send(x86::InterruptCommand::fixed(cpu::apic_ids[cpu], vector))) {
        lib::panic("the interrupt for cpu {} does not leave the LAPIC", cpu);
    }
}

/// The interrupt that wake() sends: it has ended the CPU's sleep, and nothing is left to do.
void on_reschedule(cpu::TrapFrame&) {
    cpu::end_of_interrupt();
}

/// Counts `task` among those of a CPU.
void assign(Task& task, Processor& processor) {
    ++processor.load;
    if (!task.cpus.full()) {
        task.cpus.push_back(index_of(processor));
    }
}

/// The next task for a CPU: its own, or else one of the CPU with the most, if the two are closer
/// then. Null if there is none: an idle CPU may sleep then, for a new task starts where least is.
Task* take_task(Processor& self) {
    if (Task* const own = self.queue.pop()) {
        return own;
    }
    for (;;) {
        // Each load is read once: one that sinks meanwhile must not hide another as large.
        std::pair<std::uint32_t, Processor*> most{0, &self};
        for (Processor& each : all_processors()) {
            most = std::ranges::max(most, {each.load, &each}, {}, &decltype(most)::first);
        }
        if (most.first < self.load + 2) {
            return nullptr;
        }
        // Its queue may be empty for a moment, while it switches or another CPU steals.
        if (Task* const task = most.second->queue.pop()) {
            --most.second->load;
            assign(*task, self);
            ++self.stolen;
            ++task->migrated;
            return task;
        }
        instructions::pause();
    }
}

void on_tick();

/// The first thing that a CPU does on a new stack. Only now the previous task's stack is out of
/// use, so only now another CPU may have that task.
void finish_switch() {
    Processor& self = this_processor();
    Task& previous = *self.previous;
    if (previous.finished) {
        if (--unfinished == 0) {
            wake(processors[0]);
        }
    } else if (&previous != &self.idle) {
        self.queue.push(previous);
    }
    if (self.current == &self.idle) {
        cpu::stop_timer();  // an idle CPU sleeps until another one wakes it
    } else {
        cpu::start_tick(slice_us, on_tick);
    }
}

/// Puts `next` on this CPU. Returns when the thread that called it is given a CPU again, perhaps
/// another one: `self` is out of date then. Interrupts are off.
void switch_to(Processor& self, Task& next) {
    ASSERT(next.stack_pointer != 0);
    self.previous = self.current;
    self.current = &next;
    if (&next != &self.idle) {
        ++next.runs;
        ++self.runs;
    }
    switch_stacks(&self.previous->stack_pointer, std::exchange(next.stack_pointer, 0));
    finish_switch();
}

/// The end of a slice. Runs on the stack of the thread that the timer interrupted, interrupts off.
void on_tick() {
    Processor& self = this_processor();
    ASSERT(self.current != &self.idle);  // finish_switch() has stopped its timer
    if (Task* const next = take_task(self)) {
        ++self.current->preempted;
        ++self.preempted;
        switch_to(self, *next);
    } else {
        cpu::start_tick(slice_us, on_tick);
    }
}

/// What an idle thread does, again and again. Interrupts are off from the look for work to the
/// sleep, which turns them on: one that announces work in between ends the sleep at once.
void run_task_or_sleep() {
    Processor& self = this_processor();
    if (Task* const task = take_task(self)) {
        switch_to(self, *task);
    } else {
        instructions::halt_with_interrupts();
        instructions::cli();
    }
}

}  // namespace

void open(unsigned cpus) {
    ASSERT(cpus >= 1 && cpus <= cpu::max_cpus);
    cpu::set_handler(cpu::Vector::reschedule, on_reschedule);
    adopt_idle_thread();
    processor_count = cpus;
}

void enter() {
    adopt_idle_thread();
    for (;;) {
        run_task_or_sleep();
    }
}

void spawn(void (*entry)(Task&)) {
    ASSERT(task_count < tasks.size());
    Task& task = tasks[task_count];
    task.number = task_count++;
    task.entry = entry;
    task.stack_pointer = prepare_stack(memory::allocate_stack(stack_pages).top);
    ++unfinished;

    Processor& least_loaded = *std::ranges::min_element(all_processors(), {}, &Processor::load);
    assign(task, least_loaded);
    least_loaded.queue.push(task);
    wake(least_loaded);
}

extern "C" void task_main() {
    finish_switch();
    Task& task = *this_processor().current;  // wherever it runs
    instructions::sti();
    task.entry(task);

    instructions::cli();
    Processor& self = this_processor();
    task.finished = true;
    --self.load;
    switch_to(self, self.idle);
    lib::panic("task {} has finished, and was run again", task.number);
}

void wait_for_tasks() {
    while (unfinished != 0) {
        run_task_or_sleep();
    }
}

std::span<Processor> all_processors() {
    return std::span{processors}.first(processor_count);
}

std::span<const Task> all_tasks() {
    return std::span{tasks}.first(task_count);
}

}  // namespace sched
