#include "cpu/lapic_timer.h"

#include <algorithm>
#include <array>
#include <atomic>

#include "cpu/clock.h"
#include "cpu/lapic.h"
#include "cpu/records.h"
#include "cpu/traps.h"
#include "instructions.h"
#include "lib/panic.h"
#include "lib/this_cpu.h"

namespace cpu {

namespace {

using x86::LapicRegister;
using x86::LvtEntry;

// Each CPU's own, shared only with its interrupt handler.
struct alignas(64) Timer {
    std::atomic<bool> one_shot_ended{false};
    std::atomic<void (*)()> tick_handler{nullptr};  // set while it ticks
};

constinit std::array<Timer, max_cpus> timers{};

Timer& this_timer() {
    return timers[this_cpu().id];
}

void on_timer(TrapFrame&) {
    Timer& timer = this_timer();
    end_of_interrupt();
    if (const auto handler = timer.tick_handler.load(std::memory_order_relaxed)) {
        handler();
    } else if (read_lapic(LapicRegister::timer_current_count) == 0) {
        // Otherwise it is the last one of a timer that has since been stopped and started again.
        timer.one_shot_ended.store(true, std::memory_order_relaxed);
    }
}

void start(std::uint32_t count) {
    constexpr auto vector = static_cast<std::uint8_t>(Vector::timer);
    constexpr auto entry = LvtEntry::timer(vector, x86::TimerMode::one_shot);
    write_lapic(LapicRegister::lvt_timer, entry.raw);
    write_lapic(LapicRegister::timer_initial_count, count);
}

}  // namespace

void enable_timer() {
    set_handler(Vector::timer, on_timer);
    stop_timer();
    write_lapic(LapicRegister::timer_divide, x86::timer_divide_by_1);
}

void start_one_shot(std::uint32_t count) {
    ASSERT(count != 0);
    const lib::InterruptGuard guard;
    ASSERT(this_timer().tick_handler.load(std::memory_order_relaxed) == nullptr);
    this_timer().one_shot_ended.store(false, std::memory_order_relaxed);
    start(count);
}

bool one_shot_has_ended() {
    return this_timer().one_shot_ended.load(std::memory_order_relaxed);
}

void stop_timer() {
    const lib::InterruptGuard guard;
    this_timer().tick_handler.store(nullptr, std::memory_order_relaxed);
    write_lapic(LapicRegister::lvt_timer, LvtEntry::masked().raw);
    write_lapic(LapicRegister::timer_initial_count, 0);
}

void sleep_us(std::uint64_t microseconds) {
    const lib::InterruptGuard guard;
    std::uint64_t left = lapic_timer_rate().counts_in(microseconds);
    while (left != 0) {
        const std::uint64_t part = std::min<std::uint64_t>(left, max_timer_count);
        start_one_shot(static_cast<std::uint32_t>(part));
        while (!one_shot_has_ended()) {
            instructions::halt_with_interrupts();
            instructions::cli();
        }
        left -= part;
    }
}

void start_tick(std::uint32_t microseconds, void (*handler)()) {
    const lib::InterruptGuard guard;
    this_timer().tick_handler.store(handler, std::memory_order_relaxed);
    const std::uint64_t count = lapic_timer_rate().counts_in(microseconds);
    ASSERT(count <= max_timer_count);
    start(static_cast<std::uint32_t>(count));
}

}  // namespace cpu
