#include "smp/shootdown.h"

#include <algorithm>
#include <atomic>

#include "cpu/lapic.h"
#include "cpu/lapic_timer.h"
#include "cpu/records.h"
#include "cpu/traps.h"
#include "lib/panic.h"
#include "memory/tlb.h"

namespace smp {

namespace {

constinit std::atomic<unsigned> answers{0};

void answer(cpu::TrapFrame&) {
    memory::flush_this_cpu();
    // Release: whoever counts this answer may reuse the memory, so our last use of it comes first.
    answers.fetch_add(1, std::memory_order_release);
    cpu::end_of_interrupt();
}

}  // namespace

void flush_elsewhere() {
    cpu::set_handler(cpu::Vector::flush, answer);
    answers.store(0, std::memory_order_relaxed);
    unsigned asked = 0;
    for (unsigned cpu = 1; cpu < cpu::max_cpus; ++cpu) {
        if (cpu::is_online(cpu)) {
            cpu::send(x86::InterruptCommand::fixed(cpu::apic_ids[cpu],
                                                   static_cast<std::uint8_t>(cpu::Vector::flush)));
            ++asked;
        }
    }

    constexpr unsigned deadline_us = 1'000'000;
    constexpr unsigned first_poll_us = 20;
    for (unsigned waited = 0; answers.load(std::memory_order_acquire) < asked;) {
        if (waited >= deadline_us) {
            lib::panic("flush_elsewhere: {} of {} CPUs have answered",
                       answers.load(std::memory_order_acquire), asked);
        }
        const unsigned next = std::max(first_poll_us, waited / 4);
        cpu::sleep_us(next);
        waited += next;
    }
}

}  // namespace smp
