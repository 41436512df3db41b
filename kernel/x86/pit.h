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

/// A byte for the command port, about channel 0, 1 or 2.
struct PitCommand {
    std::uint8_t raw = 0;

    /// The control word: the count follows as low byte, then high byte.
    static constexpr PitCommand count_on(unsigned channel, PitMode mode) {
        expect(channel <= 2);
        constexpr unsigned low_then_high = 3 << 4;
        return {static_cast<std::uint8_t>(channel << 6 | low_then_high |
                                          static_cast<unsigned>(mode) << 1)};
    }
    /// The read-back command: the channel's next byte is its PitStatus.
    static constexpr PitCommand read_status(unsigned channel) {
        expect(channel <= 2);
        constexpr unsigned read_back = 3 << 6;
        constexpr unsigned not_the_count = 1 << 5;
        return {static_cast<std::uint8_t>(read_back | not_the_count | 2u << channel)};
    }
};

using PitStatus = Flags<struct PitStatusTag, std::uint8_t>;

namespace pit_status {
inline constexpr auto output = flag<PitStatus>(7);  // is high
}  // namespace pit_status

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
// The data sheet's example of a read-back command.
static_assert(PitCommand::read_status(1).raw == 0xe4);

}  // namespace x86
