#pragma once

#include <cstdint>

#include "x86/uart.h"

namespace console {

/// The transmitting half of a 16550, driven by polling. `Ports` has in8(port) and out8(port,
/// value): the machine's own, or a model of the chip in a test. [16550]
///
/// No wait is without end. A UART that stays busy for the whole limit is taken for stalled: bytes
/// are then dropped at the cost of one poll each until it is ready again, so that a reader who
/// went away cannot stop the kernel, and one who comes back sees what follows.
template <class Ports>
class Uart {
  public:
    /// Reads of the line status before a wait is given up. A byte at 115200 baud takes 87 us; a
    /// read of a port takes 0.1 us or more, so this is no less than 10 ms, and mostly far more.
    static constexpr unsigned poll_limit = 100'000;

    constexpr explicit Uart(std::uint16_t base, Ports ports = {}) : base_(base), ports_(ports) {}

    /// Looks for the UART and sets it up: 115200 baud, 8N1, FIFOs on and empty, no interrupts.
    /// False if there is none; put and drain then do nothing.
    bool initialize() {
        using Register = x86::UartRegister;
        present_ = false;
        if (!keeps(0x5a) || !keeps(0xa5)) {
            return false;
        }
        present_ = true;
        drain();  // a boot loader's last characters are still on their way out at its own speed

        constexpr auto divisor = x86::uart_divisor(115200);
        write(Register::interrupt_enable, 0);
        write(Register::line_control, x86::uart_line_control::dlab.raw);
        write(Register::divisor_low, divisor & 0xff);
        write(Register::divisor_high, divisor >> 8);
        write(Register::line_control, x86::uart_line_control::eight_bits.raw);
        namespace fifo = x86::uart_fifo_control;
        write(Register::fifo_control,
              (fifo::enable | fifo::clear_receive | fifo::clear_transmit).raw);
        namespace modem = x86::uart_modem_control;
        write(Register::modem_control, (modem::dtr | modem::rts).raw);
        return true;
    }

    /// Sends one byte as soon as the THR is empty.
    void put(std::uint8_t byte) {
        if (present_ && wait_for(x86::uart_line_status::thre)) {
            write(x86::UartRegister::transmit_holding, byte);
        }
    }

    /// Waits until the transmitter is empty: FIFO, THR and shift register.
    void drain() {
        if (present_) {
            wait_for(x86::uart_line_status::temt);
        }
    }

  private:
    std::uint8_t read(x86::UartRegister place) { return ports_.in8(x86::uart_port(base_, place)); }
    void write(x86::UartRegister place, std::uint8_t value) {
        ports_.out8(x86::uart_port(base_, place), value);
    }

    /// Whether the scratch register is one: nothing else uses it. Another register is read in
    /// between, so that a value left on an empty bus does not pass for an answer.
    bool keeps(std::uint8_t value) {
        write(x86::UartRegister::scratch, value);
        read(x86::UartRegister::line_status);
        return read(x86::UartRegister::scratch) == value;
    }

    bool wait_for(x86::UartLineStatus wanted) {
        for (unsigned left = stalled_ ? 1 : poll_limit; left != 0; --left) {
            if (x86::UartLineStatus{read(x86::UartRegister::line_status)}.has(wanted)) {
                stalled_ = false;
                return true;
            }
        }
        stalled_ = true;
        return false;
    }

    std::uint16_t base_;
    bool present_ = false;
    bool stalled_ = false;
    [[no_unique_address]] Ports ports_;
};

}  // namespace console
