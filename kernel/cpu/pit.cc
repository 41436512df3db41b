#include "cpu/pit.h"

#include "cpu/pic.h"
#include "cpu/traps.h"
#include "instructions.h"
#include "lib/assert.h"
#include "x86/pit.h"

namespace cpu {

namespace {

constexpr std::uint32_t max_microseconds = 54'000;  // 16 bits at 1.19 MHz

void wake_up(TrapFrame&) {
    end_of_pit_interrupt();
}

}  // namespace

void start_pit(std::uint32_t microseconds) {
    ASSERT(microseconds <= max_microseconds);
    const auto count = std::uint64_t{microseconds} * x86::pit_frequency / 1'000'000;

    const auto once = x86::PitCommand::count_on(0, x86::PitMode::interrupt_on_terminal_count);
    silence_pic();
    set_handler(Vector::pic_master, wake_up);
    let_pit_through(true);
    instructions::out8(x86::pit_command, once.raw);
    instructions::out8(x86::pit_channel_0, static_cast<std::uint8_t>(count));
    instructions::out8(x86::pit_channel_0, static_cast<std::uint8_t>(count >> 8));
}

bool pit_has_ended() {
    instructions::out8(x86::pit_command, x86::PitCommand::read_status(0).raw);
    return x86::PitStatus{instructions::in8(x86::pit_channel_0)}.has(x86::pit_status::output);
}

void stop_pit() {
    let_pit_through(false);
}

}  // namespace cpu
