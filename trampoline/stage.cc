#include "trampoline/stage.h"

#include <cstdint>

#include "instructions.h"
#include "trampoline/mailbox.h"
#include "x86/uart.h"

namespace trampoline {

namespace {

void wait_for_uart(x86::UartLineStatus wanted) {
    constexpr auto port = x86::uart_port(x86::com1, x86::UartRegister::line_status);
    for (unsigned poll = 0; poll < uart_polls; ++poll) {
        if (x86::UartLineStatus{instructions::in8(port)}.has(wanted)) {
            return;
        }
    }
}

}  // namespace

void leave_stage(ApStage stage) {
    auto& trace = reinterpret_cast<volatile Mailbox*>(mailbox_address)->trace;
    const std::uint32_t length = trace.length;
    if (length < sizeof(ApTrace::letters)) {
        trace.letters[length] = static_cast<char>(stage);
        trace.length = length + 1;
    }
    wait_for_uart(x86::uart_line_status::thre);
    instructions::out8(x86::uart_port(x86::com1, x86::UartRegister::transmit_holding),
                       static_cast<std::uint8_t>(stage));
    wait_for_uart(x86::uart_line_status::temt);
}

}  // namespace trampoline
