// The PC's old interrupt controllers and timer, which the local APICs replace.
#pragma once

#include <cstdint>

#include "x86/flags.h"

namespace x86 {

/// The ports of one 8259 interrupt controller. [8259]
struct PicPorts {
    std::uint16_t command;
    std::uint16_t data;
};

inline constexpr PicPorts pic_master{0x20, 0x21};
inline constexpr PicPorts pic_slave{0xa0, 0xa1};

/// Initialization: write `initialize` to the command port, then three bytes to the data port: the
/// first vector (a multiple of 8), the wiring, the mode. The next byte there is the mask of IRQs.
namespace pic {
inline constexpr std::uint8_t initialize = 0x11;        // ICW1: begin, cascaded, ICW4 follows
inline constexpr std::uint8_t master_wiring = 4;        // ICW3: the slave is at IRQ 2, as a mask
inline constexpr std::uint8_t slave_wiring = 2;         // ICW3: the slave is at IRQ 2, as a number
inline constexpr std::uint8_t mode_8086 = 1;            // ICW4
inline constexpr std::uint8_t mask_all = 0xff;          // OCW1: no IRQ passes
inline constexpr std::uint8_t end_of_interrupt = 0x20;  // OCW2, to the command port
/// OCW1: of the controller's eight only `irq` passes.
constexpr std::uint8_t mask_all_but(unsigned irq) {
    return static_cast<std::uint8_t>(mask_all & ~(1u << irq));
}
}  // namespace pic

/// The 8254 interval timer: the one clock whose speed is known without measuring it. [8254]
inline constexpr std::uint32_t pit_frequency = 1193182;  // ticks a second

inline constexpr std::uint16_t pit_channel_0 = 0x40;  // raises IRQ 0
inline constexpr std::uint16_t pit_command = 0x43;

/// How a channel counts.
enum class PitMode : std::uint8_t {
    interrupt_on_terminal_count = 0,  // once: the output goes high when the count ends
    square_wave = 3,                  // again and again, the output high for half the time
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

// As Linux writes it when it measures the TSC.
static_assert(PitCommand::count_on(2, PitMode::interrupt_on_terminal_count).raw == 0xb0);
// The data sheet's example of a read-back command.
static_assert(PitCommand::read_status(1).raw == 0xe4);

}  // namespace x86
