#include "sched/idle.h"

#include "instructions.h"
#include "sched/dispatch.h"

namespace sched {

namespace {

/// Sleeps until an interrupt. Interrupts have been off since the CPU last looked for work and
/// come on together with the sleep, so one that brings work in between wakes it at once.
void halt(Processor& processor) {
    processor.account.halts.add();
    processor.account.idle.open(instructions::read_tsc());
    instructions::halt_with_interrupts();
    instructions::cli();
    processor.account.idle.close(instructions::read_tsc());
}

}  // namespace

void idle_loop() {
    instructions::cli();
    // The idle thread stays where it is, so this one remains right.
    Processor& processor = this_processor();
    for (;;) {
        // Known as idle first, then looking: who has work to give away after the look finds us.
        queues.idle().insert(processor.index);
        if (Task* const task = find_work(processor)) {
            queues.idle().erase(processor.index);
            switch_to(processor, *task);
        } else {
            halt(processor);
        }
    }
}

}  // namespace sched
