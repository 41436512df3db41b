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

    const auto write = [&](std::uint32_t low) {
        cpu::write_lapic(x86::LapicRegister::interrupt_command_high, message.lapic_id);
        cpu::write_lapic(x86::LapicRegister::interrupt_command_low, low);
        while (x86::InterruptCommand::pending(
            cpu::read_lapic(x86::LapicRegister::interrupt_command_low))) {
        }
    };
    write(0x4500);
    cpu::sleep_us(10'000);
    write(0x4608);
    cpu::sleep_us(200);
    if (mailbox().trace.length == 0)
        write(0x4608);
    // --- student code ends ---
}

}  // namespace smp
