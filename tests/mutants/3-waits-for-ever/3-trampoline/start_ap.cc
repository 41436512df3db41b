// Lab 3: the BSP's half of an AP's start.
#include "smp/start_ap.h"

#include <algorithm>
#include <cstring>

#include "cpu/lapic.h"
#include "cpu/lapic_timer.h"
#include "x86/apic.h"

namespace smp {

void start_ap(const trampoline::Mailbox& message) {
    // --- student code begins ---
    std::ranges::copy(trampoline_image(), trampoline_page().begin());
    std::memcpy(trampoline_page().data() + (trampoline::mailbox_address - trampoline::page_address),
                &message, sizeof(message));

    constexpr x86::PhysicalAddress page{trampoline::page_address};
    cpu::send(x86::InterruptCommand::init(message.lapic_id));
    cpu::sleep_us(10'000);
    cpu::send(x86::InterruptCommand::startup(message.lapic_id, page));
    cpu::sleep_us(200);
    if (mailbox().trace.length == 0)
        cpu::send(x86::InterruptCommand::startup(message.lapic_id, page));
    while (mailbox().trace.length != sizeof(mailbox().trace.letters)) {
    }
    // --- student code ends ---
}

}  // namespace smp
