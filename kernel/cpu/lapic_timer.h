// The timer in each CPU's local APIC. [sdm3 11.5.4]
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>

namespace cpu {

/// Prepares this CPU's timer. Each CPU calls it, after enable_lapic(), with its record adopted.
void enable_timer();

inline constexpr std::uint32_t max_timer_count = 0xffffffff;

/// Has the timer interrupt this CPU once, after `count` of its undivided clock; 0 is not allowed.
void start_one_shot(std::uint32_t count);
/// Whether that interrupt has come.
bool one_shot_has_ended();
void stop_timer();

/// Halts this CPU for at least that long; interrupts are handled meanwhile, and are as before
/// afterwards. Executes a handful of instructions, however long it takes. Not on a CPU whose timer
/// ticks.
void sleep_us(std::uint64_t microseconds);

/// Sleeps until `done()`, or until `deadline_us` have passed; returns whether it is done. It looks
/// often at first and more and more seldom: what takes long costs few wakings, and is noticed
/// within a quarter of its time.
template <std::predicate Done>
bool sleep_until(Done done, std::uint64_t deadline_us) {
    constexpr std::uint64_t first_look_us = 20;
    for (std::uint64_t waited = 0; waited < deadline_us && !done();) {
        const std::uint64_t next = std::max(first_look_us, waited / 4);
        sleep_us(next);
        waited += next;
    }
    return done();
}

/// Has the timer interrupt this CPU in `microseconds`, and `handler` called then: with interrupts
/// off and the interrupt already ended, so that it may switch tasks. Once, not periodically: where
/// handling takes longer than a period, as emulators of many CPUs can make it, there would always
/// be another one waiting and the interrupted code would never go on. The handler starts the next.
void start_tick(std::uint32_t microseconds, void (*handler)());

}  // namespace cpu
