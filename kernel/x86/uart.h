// The 16550 UART, a PC's serial port. [16550]
#pragma once

#include <cstdint>

#include "x86/flags.h"

namespace x86 {

/// Its registers, as offsets from the first port. Several mean different things by direction or
/// DLAB.
enum class UartRegister : std::uint16_t {
    transmit_holding = 0,  // THR, write
    divisor_low = 0,       // DLL, with DLAB
    interrupt_enable = 1,  // IER
    divisor_high = 1,      // DLM, with DLAB
    fifo_control = 2,      // FCR, write
    line_control = 3,      // LCR
    modem_control = 4,     // MCR
    line_status = 5,       // LSR
    scratch = 7,           // SCR
};

inline constexpr std::uint16_t com1 = 0x3f8;

/// The I/O port of one register of the UART at `base`.
constexpr std::uint16_t uart_port(std::uint16_t base, UartRegister place) {
    return static_cast<std::uint16_t>(base + static_cast<std::uint16_t>(place));
}

using UartLineStatus = Flags<struct UartLineStatusTag, std::uint8_t>;
using UartLineControl = Flags<struct UartLineControlTag, std::uint8_t>;
using UartFifoControl = Flags<struct UartFifoControlTag, std::uint8_t>;
using UartModemControl = Flags<struct UartModemControlTag, std::uint8_t>;

namespace uart_line_status {
inline constexpr auto thre = flag<UartLineStatus>(5);  // THR empty: room for a byte
inline constexpr auto temt = flag<UartLineStatus>(6);  // transmitter empty: the last bit has left
}  // namespace uart_line_status

namespace uart_line_control {
inline constexpr auto eight_bits = UartLineControl{0x03};  // no parity, one stop bit: 8N1
inline constexpr auto dlab = flag<UartLineControl>(7);     // divisor latch access
}  // namespace uart_line_control

namespace uart_fifo_control {
inline constexpr auto enable = flag<UartFifoControl>(0);
inline constexpr auto clear_receive = flag<UartFifoControl>(1);
inline constexpr auto clear_transmit = flag<UartFifoControl>(2);
}  // namespace uart_fifo_control

namespace uart_modem_control {
inline constexpr auto dtr = flag<UartModemControl>(0);  // data terminal ready
inline constexpr auto rts = flag<UartModemControl>(1);  // request to send
}  // namespace uart_modem_control

/// The divisor for a speed in bits per second, 2..115200, that divides 115200.
constexpr std::uint16_t uart_divisor(std::uint32_t speed) {
    expect(speed >= 2 && 115200 % speed == 0);
    return static_cast<std::uint16_t>(115200 / speed);
}

// The speeds and divisors of [16550]'s table for a clock of 1.8432 MHz.
static_assert(uart_divisor(9600) == 12 && uart_divisor(38400) == 3 && uart_divisor(115200) == 1);
static_assert(uart_port(com1, UartRegister::line_status) == 0x3fd);

}  // namespace x86
