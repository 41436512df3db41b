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

    const std::uint64_t destination = std::uint64_t{message.lapic_id} << 32;
    cpu::send({destination | 0x4500});
    cpu::sleep_us(10'000);
    cpu::send({destination | 0x4400});
    cpu::sleep_us(200);
    if (mailbox().trace.length == 0)
        cpu::send({destination | 0x4400});
    // --- student code ends ---
}

}  // namespace smp
