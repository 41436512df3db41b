// The two 8259 interrupt controllers, which must be silenced before the APIC takes over. [8259]
#pragma once

#include <cstdint>

namespace x86 {

/// The ports of one controller.
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

static_assert(pic::mask_all_but(0) == 0xfe);

}  // namespace x86
