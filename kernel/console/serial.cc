#include "console/serial.h"

#include <cstdint>

#include "console/uart.h"
#include "instructions.h"

namespace console {

namespace {

struct MachinePorts {
    static std::uint8_t in8(std::uint16_t port) { return instructions::in8(port); }
    static void out8(std::uint16_t port, std::uint8_t value) { instructions::out8(port, value); }
};

constinit Uart<MachinePorts> uart(x86::com1);

}  // namespace

void initialize() {
    uart.initialize();
}

void put(char character) {
    uart.put(static_cast<std::uint8_t>(character));
}

void drain() {
    uart.drain();
}

}  // namespace console
