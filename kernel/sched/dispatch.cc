#include "sched/dispatch.h"

#include <utility>

#include "cpu/lapic.h"
#include "cpu/records.h"
#include "cpu/traps.h"
#include "lib/panic.h"
#include "sched/preempt.h"
#include "sched/switch.h"

namespace sched {

namespace {

void account_for(Processor& processor, Task& next) {
    processor.account.switches.add();
    if (&next != &processor.idle) {
        processor.account.runs.add();
        next.account.itinerary.record(processor.index);
    }
}

}  // namespace

void switch_to(Processor& processor, Task& next) {
    Task& previous = *processor.current;
    processor.departing = &previous;
    processor.current = &next;
    next.state = TaskState::running;
    account_for(processor, next);
    queues.set_running(processor.index, !processor.is_idle());
    if (processor.is_idle()) {
        stop_slices();
    } else {
        start_slice();
    }
    switch_stacks(&previous.stack_pointer, std::exchange(next.stack_pointer, 0));
    settle_departed();
}

// Kept out of line: whoever arrives here may have left on another CPU, and this_processor() must
// be asked again.
[[gnu::noinline]] void settle_departed() {
    Processor& processor = this_processor();
    Task& departed = *std::exchange(processor.departing, nullptr);
    if (&departed == &processor.idle) {
        return;
    }
    switch (departed.state) {
        case TaskState::running:
            return make_ready(departed);
        case TaskState::waiting:
            if (!departed.joins->completion.wait_by(departed)) {
                make_ready(departed);
            }
            return;
        case TaskState::finished:
            // Its record and its stack are the joiner's from here on.
            if (Task* const joiner = departed.completion.complete()) {
                make_ready(*joiner);
            }
            return;
        case TaskState::ready:
            lib::panic("the task \"{}\" left cpu {} as if it had never run", departed.name,
                       processor.index);
    }
}

Task* find_work(Processor& processor) {
    if (Task* const own = queues.pop(processor.index)) {
        return own;
    }
    Task* const pulled = queues.pull(processor.index, queues.count());
    processor.account.migrated_in.add(pulled == nullptr ? 0 : 1);
    return pulled;
}

void make_ready(Task& task) {
    ASSERT(task.stack_pointer != 0);
    const CpuIndex cpu = task.cpu;
    task.state = TaskState::ready;
    queues.push(cpu, task);
    // From here on the task may be running, or gone.
    if (cpu != this_processor().index) {
        interrupt(cpu);
    }
}

void interrupt(CpuIndex cpu) {
    const auto vector = static_cast<std::uint8_t>(cpu::Vector::reschedule);
    const auto command = x86::InterruptCommand::fixed(cpu::apic_ids[cpu], vector);
    if (!cpu::send(command)) {
        lib::panic("the interrupt for cpu {} does not leave the LAPIC", cpu);
    }
}

}  // namespace sched
