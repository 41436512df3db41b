#include "console/uart.h"

#include <cstdint>
#include <doctest/doctest.h>
#include <string_view>

#include "fake_uart.h"

namespace {

using fake_uart::Chip;
using fake_uart::ChipPorts;
using Uart = console::Uart<ChipPorts>;

void put(Uart& uart, std::string_view text) {
    for (const char character : text) {
        uart.put(static_cast<std::uint8_t>(character));
    }
}

}  // namespace

TEST_CASE("uart: is set up as hardware wants it") {
    Chip chip;
    Uart uart(x86::com1, {&chip});
    CHECK(uart.initialize());
    CHECK(chip.divisor_low == 1);  // 115200 baud
    CHECK(chip.divisor_high == 0);
    CHECK(chip.line_control == 0x03);  // 8N1, DLAB off again
    CHECK(chip.interrupt_enable == 0);
    CHECK(chip.fifo_control == 0x07);  // on, both cleared
    CHECK(chip.modem_control == 0x03);
    CHECK(chip.sent == "");
    CHECK(chip.foreign == 0);
}

TEST_CASE("uart: writes nothing while the THR is full") {
    for (const unsigned speed : {0u, 1u, 2u, 3u, 50u}) {
        Chip chip{.polls_per_byte = speed};
        Uart uart(x86::com1, {&chip});
        uart.initialize();
        put(uart, "cpu 1: rpal\n");
        CHECK(chip.sent == "cpu 1: rpal\n");
        CHECK(chip.overruns == 0);
        CHECK(chip.polls >= (chip.sent.size() - 2) * speed);
    }
}

TEST_CASE("uart: drain waits for the last bit, not only for the THR") {
    Chip chip{.polls_per_byte = 10};
    Uart uart(x86::com1, {&chip});
    uart.initialize();
    uart.put('x');
    uart.put('y');
    const auto before = chip.polls;
    uart.drain();
    CHECK(chip.polls - before == 19);  // what is left of ten for 'x', ten for 'y'
    CHECK(chip.wire_left == 0);
    CHECK_FALSE(chip.holding_full);
    uart.drain();
    CHECK(chip.polls - before == 20);
}

TEST_CASE("uart: what a boot loader is still sending is let out before the speed changes") {
    Chip chip{.polls_per_byte = 10};
    chip.transmit('.');
    chip.transmit('\n');
    Uart uart(x86::com1, {&chip});
    uart.initialize();
    CHECK(chip.cut_off == 0);
}

TEST_CASE("uart: an absent one takes everything and costs nothing") {
    Chip chip{.there = false};
    Uart uart(x86::com1, {&chip});
    CHECK_FALSE(uart.initialize());
    const auto polls = chip.polls;
    put(uart, "nobody reads this");
    uart.drain();
    CHECK(chip.sent == "");
    CHECK(chip.polls == polls);
}

TEST_CASE("uart: before initialize nothing is touched") {
    Chip chip;
    Uart uart(x86::com1, {&chip});
    put(uart, "early");
    uart.drain();
    CHECK(chip.sent == "");
    CHECK(chip.polls == 0);
}

TEST_CASE(
    "uart: one that stops answering costs one long wait, and one that returns is used again") {
    Chip chip;
    Uart uart(x86::com1, {&chip});
    uart.initialize();
    put(uart, "a");
    chip.dead = true;
    const auto before = chip.polls;
    put(uart, "bcd");
    uart.drain();
    CHECK(chip.polls - before == Uart::poll_limit + 3);
    CHECK(chip.overruns == 0);
    CHECK(chip.sent == "a");

    chip.dead = false;
    put(uart, "ef");
    chip.polls_per_byte = 10;
    put(uart, "ghi");  // and is waited for again
    CHECK(chip.sent == "aefghi");
}
