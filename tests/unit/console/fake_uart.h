#pragma once

#include <cstdint>
#include <string>

#include "x86/uart.h"

namespace fake_uart {

/// A 16550 that lets one byte wait in the THR while another is on the wire, for as many reads of
/// its line status as `polls_per_byte` says.
struct Chip {
    unsigned polls_per_byte = 0;
    bool there = true;
    bool dead = false;  // never ready again

    std::string sent = {};
    unsigned long polls = 0;
    unsigned overruns = 0;  // bytes written while the THR was full
    unsigned cut_off = 0;   // changes of the line's parameters while a byte was on it
    unsigned foreign = 0;   // accesses that a console has no reason for
    unsigned wire_left = 0;
    bool holding_full = false;
    std::uint8_t divisor_low = 0, divisor_high = 0xff, line_control = 0, fifo_control = 0;
    std::uint8_t interrupt_enable = 0xff, modem_control = 0, scratch = 0;

    std::uint8_t line_status() {
        ++polls;
        wire_left -= wire_left != 0 ? 1 : 0;
        if (wire_left == 0 && holding_full) {
            holding_full = false;
            wire_left = polls_per_byte;
        }
        x86::UartLineStatus status;
        if (!holding_full && !dead) {
            status |= x86::uart_line_status::thre;
            if (wire_left == 0) {
                status |= x86::uart_line_status::temt;
            }
        }
        return status.raw;
    }

    void transmit(std::uint8_t byte) {
        overruns += holding_full || dead ? 1 : 0;
        sent += static_cast<char>(byte);
        if (wire_left == 0) {
            wire_left = polls_per_byte;
        } else {
            holding_full = true;
        }
    }
};

/// The I/O ports of a machine whose COM1 is that chip.
struct ChipPorts {
    Chip* chip = nullptr;

    std::uint8_t in8(std::uint16_t port) {
        if (!chip->there) {
            ++chip->polls;
            return 0xff;  // what an empty bus reads as
        }
        switch (port - x86::com1) {
            case 5:
                return chip->line_status();
            case 7:
                return chip->scratch;
            default:
                ++chip->foreign;
                return 0;
        }
    }

    void out8(std::uint16_t port, std::uint8_t value) {
        const bool dlab = (chip->line_control & 0x80) != 0;
        switch (port - x86::com1) {
            case 0:
                return dlab ? void(chip->divisor_low = value) : chip->transmit(value);
            case 1:
                (dlab ? chip->divisor_high : chip->interrupt_enable) = value;
                return;
            case 2:
                chip->fifo_control = value;
                return;
            case 3:
                chip->cut_off += chip->wire_left != 0 ? 1 : 0;
                chip->line_control = value;
                return;
            case 4:
                chip->modem_control = value;
                return;
            case 7:
                chip->scratch = value;
                return;
            default:
                ++chip->foreign;
        }
    }
};

}  // namespace fake_uart
