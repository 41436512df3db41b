// The 8254 interval timer: the one clock whose speed is known without measuring it. [8254]
#pragma once

#include <cstdint>

#include "x86/expect.h"
#include "x86/flags.h"

namespace x86 {

inline constexpr std::uint32_t pit_frequency = 1193182;  // ticks a second

inline constexpr std::uint16_t pit_channel_0 = 0x40;  // raises IRQ 0
inline constexpr std::uint16_t pit_channel_2 = 0x42;  // the speaker's; can be polled
inline constexpr std::uint16_t pit_command = 0x43;

/// How a channel counts.
enum class PitMode : std::uint8_t {
    interrupt_on_terminal_count = 0,  // once: the output goes high when the count ends
    rate_generator = 2,               // again and again
    square_wave = 3,                  // the same, the output high for half the time
};

/// The control word, for channel 0 or 2: the count follows as low byte, then high byte.
struct PitCommand {
    std::uint8_t raw = 0;

    static constexpr PitCommand count_on(unsigned channel, PitMode mode) {
        expect(channel == 0 || channel == 2);
        constexpr unsigned low_then_high = 3 << 4;
        return {static_cast<std::uint8_t>(channel << 6 | low_then_high |
                                          static_cast<unsigned>(mode) << 1)};
    }
};

/// Port 0x61, where a PC has channel 2's gate and output beside the speaker.
inline constexpr std::uint16_t pit_gate_port = 0x61;
using PitGate = Flags<struct PitGateTag, std::uint8_t>;

namespace pit_gate {
inline constexpr auto gate_2 = flag<PitGate>(0);    // let channel 2 count
inline constexpr auto speaker = flag<PitGate>(1);   // make its output heard
inline constexpr auto output_2 = flag<PitGate>(5);  // read: channel 2's output
}  // namespace pit_gate

// As Linux writes them when it measures the TSC and when it starts its tick.
static_assert(PitCommand::count_on(2, PitMode::interrupt_on_terminal_count).raw == 0xb0);
static_assert(PitCommand::count_on(0, PitMode::rate_generator).raw == 0x34);

}  // namespace x86
