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
    const auto image = trampoline_image();
    const auto to = trampoline_page();
    for (std::size_t i = 0; i < image.size(); ++i) {
        to[i] = image[i];
    }
    volatile trampoline::Mailbox& box = mailbox();
    box.bsp.cr0.raw = message.bsp.cr0.raw;
    box.bsp.cr3 = message.bsp.cr3;
    box.bsp.cr4.raw = message.bsp.cr4.raw;
    box.bsp.efer.raw = message.bsp.efer.raw;
    box.stack_top = message.stack_top;
    box.entry = message.entry;
    box.cpu = message.cpu;
    box.lapic_id = message.lapic_id;
    box.trace.length = 0;

    const auto startup =
        x86::InterruptCommand::startup(message.lapic_id, x86::PhysicalAddress{0x8000});
    cpu::send(x86::InterruptCommand::init(message.lapic_id));
    cpu::sleep_us(10'000);
    cpu::send(startup);
    cpu::sleep_us(200);
    cpu::send(startup);
    cpu::sleep_us(200);
    // --- student code ends ---
}

}  // namespace smp
