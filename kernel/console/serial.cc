#include "console/serial.h"

#include <cstdint>

#include "instructions.h"
#include "x86/uart.h"

namespace console {

namespace {

using Register = x86::UartRegister;

// A byte at 115200 baud takes 87 us; a read of a port takes 0.1 us or more, so so many are 10 ms at
// least, and mostly far more.
constexpr unsigned poll_limit = 100'000;

constinit bool present = false;
constinit bool stalled = false;

std::uint8_t read(Register place) {
    return instructions::in8(x86::uart_port(x86::com1, place));
}

void write(Register place, std::uint8_t value) {
    instructions::out8(x86::uart_port(x86::com1, place), value);
}

/// Whether the scratch register is one: nothing else uses it. Another register is read in between,
/// so that a value left on an empty bus does not pass for an answer.
bool keeps(std::uint8_t value) {
    write(Register::scratch, value);
    read(Register::line_status);
    return read(Register::scratch) == value;
}

bool wait_for(x86::UartLineStatus wanted) {
    for (unsigned left = stalled ? 1 : poll_limit; left != 0; --left) {
        if (x86::UartLineStatus{read(Register::line_status)}.has(wanted)) {
            stalled = false;
            return true;
        }
    }
    stalled = true;
    return false;
}

}  // namespace

void initialize() {
    present = keeps(0x5a) && keeps(0xa5);
    if (!present) {
        return;
    }
    drain();  // a boot loader's last characters are still on their way out at its own speed

    constexpr auto divisor = x86::uart_divisor(115200);
    write(Register::interrupt_enable, 0);
    write(Register::line_control, x86::uart_line_control::dlab.raw);
    write(Register::divisor_low, divisor & 0xff);
    write(Register::divisor_high, divisor >> 8);
    write(Register::line_control, x86::uart_line_control::eight_bits.raw);
    namespace fifo = x86::uart_fifo_control;
    write(Register::fifo_control, (fifo::enable | fifo::clear_receive | fifo::clear_transmit).raw);
    namespace modem = x86::uart_modem_control;
    write(Register::modem_control, (modem::dtr | modem::rts).raw);
}

void put(char character) {
    if (present && wait_for(x86::uart_line_status::thre)) {
        write(Register::transmit_holding, static_cast<std::uint8_t>(character));
    }
}

void drain() {
    if (present) {
        wait_for(x86::uart_line_status::temt);
    }
}

}  // namespace console
