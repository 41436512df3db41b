#include "cpu/pit.h"

#include <atomic>

#include "cpu/pic.h"
#include "cpu/traps.h"
#include "instructions.h"
#include "lib/assert.h"
#include "x86/pit.h"

namespace cpu {

namespace {

constexpr std::uint32_t max_microseconds = 54'000;  // 16 bits at 1.19 MHz

constinit std::atomic<bool> ended{false};

void on_interrupt(TrapFrame&) {
    ended.store(true, std::memory_order_relaxed);
    end_of_pit_interrupt();
}

}  // namespace

void start_pit(std::uint32_t microseconds) {
    ASSERT(microseconds <= max_microseconds);
    const auto count = std::uint64_t{microseconds} * x86::pit_frequency / 1'000'000;

    // The firmware may have left the channel running and an interrupt of it waiting. The command
    // stops it and takes its output low; only then are the controllers initialized, which forgets
    // what waits; and the second byte of the count is what starts it.
    const auto once = x86::PitCommand::count_on(0, x86::PitMode::interrupt_on_terminal_count);
    instructions::out8(x86::pit_command, once.raw);
    silence_pic();
    ended.store(false, std::memory_order_relaxed);
    set_handler(Vector::pic_master, on_interrupt);
    let_pit_through(true);
    instructions::out8(x86::pit_channel_0, static_cast<std::uint8_t>(count));
    instructions::out8(x86::pit_channel_0, static_cast<std::uint8_t>(count >> 8));
}

bool pit_has_ended() {
    return ended.load(std::memory_order_relaxed);
}

void stop_pit() {
    let_pit_through(false);
}

}  // namespace cpu
