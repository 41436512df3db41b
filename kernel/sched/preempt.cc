#include "sched/preempt.h"

#include "cpu/lapic_timer.h"
#include "sched/dispatch.h"

namespace sched {

namespace {

/// How many queues a busy CPU looks at in one tick, so that a tick costs the same on any machine.
constexpr CpuIndex probes_per_tick = 8;

/// Evens out the queues, one task at a time. Whoever has tasks waiting wakes an idle CPU, which
/// then takes one for itself; whoever has few takes one from a CPU with two more. An idle CPU
/// cannot do the looking, it has no ticks; should a wake-up come to nothing, the next tick has
/// another.
void balance(Processor& processor) {
    if (queues.load(processor.index).movable != 0) {
        if (const auto idle = queues.idle().claim()) {
            return interrupt(*idle);
        }
    }
    if (Task* const pulled = queues.pull(processor.index, probes_per_tick)) {
        processor.account.migrated_in.add();
        queues.push(processor.index, *pulled);
    }
}

/// Called with interrupts off, on the stack of the task that was interrupted. That task's
/// registers are on it already; switch_to() merely adds its own part and comes back here when the
/// task is next given a CPU.
void on_tick() {
    Processor& processor = this_processor();
    processor.account.ticks.add();
    if (processor.is_idle()) {
        return;  // raised just before the timer was stopped
    }
    Task& current = *processor.current;
    current.account.slices.add();
    balance(processor);
    if (Task* const next = queues.pop(processor.index)) {
        processor.account.preemptions.add();
        current.account.preemptions.add();
        switch_to(processor, *next);
    } else {
        start_slice();
    }
}

}  // namespace

void start_slice() {
    cpu::start_tick(slice_us, on_tick);
}

void stop_slices() {
    cpu::stop_timer();
}

}  // namespace sched
