#include "cpu/clock.h"

#include "cpu/lapic.h"
#include "cpu/lapic_timer.h"
#include "cpu/pit.h"
#include "instructions.h"
#include "lib/interrupts.h"
#include "lib/panic.h"

namespace cpu {

namespace {

constexpr std::uint32_t window_us = 10'000;

constinit Rate lapic_timer;
constinit Rate tsc;
constinit std::uint64_t tsc_at_calibration = 0;

/// The rate of what has counted so far in the window; no rate at all if no clock is like that.
Rate require_rate(const char* clock, std::uint64_t counts) {
    const Rate rate{counts, window_us};
    if (!rate.is_plausible()) {
        lib::panic("{} seems to count {} times in {} us", clock, counts, window_us);
    }
    return rate;
}

}  // namespace

void calibrate_clocks() {
    const lib::InterruptGuard guard;
    enable_timer();
    start_pit(window_us);
    const std::uint64_t tsc_before = instructions::read_tsc();
    // From the highest count down. It takes a good while to reach 0, and so also wakes us if the
    // PIT never does.
    start_one_shot(max_timer_count);
    while (!pit_has_ended() && !one_shot_has_ended()) {
        instructions::halt_with_interrupts();
        instructions::cli();
    }
    const std::uint32_t left = read_lapic(x86::LapicRegister::timer_current_count);
    const std::uint64_t tsc_after = instructions::read_tsc();
    stop_timer();
    stop_pit();

    if (one_shot_has_ended()) {
        lib::panic("the PIT's interrupt does not arrive, so nothing tells how fast time passes");
    }
    lapic_timer = require_rate("the local APIC's timer", max_timer_count - left);
    tsc = require_rate("the time stamp counter", tsc_after - tsc_before);
    tsc_at_calibration = tsc_after;
}

Rate lapic_timer_rate() {
    return lapic_timer;
}

Rate tsc_rate() {
    return tsc;
}

bool clock_runs() {
    return tsc_at_calibration != 0;
}

std::uint64_t now_us() {
    return tsc.microseconds_in(instructions::read_tsc() - tsc_at_calibration);
}

}  // namespace cpu
