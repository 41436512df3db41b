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
    static bool copied = false;
    if (!copied) {
        std::memcpy(trampoline_page().data(), trampoline_image().data(), trampoline_image().size());
        copied = true;
    }
    auto* box = reinterpret_cast<trampoline::Mailbox*>(trampoline_page().data() + 0xf00);
    *box = message;

    const std::uint32_t id = box->lapic_id;
    cpu::send(x86::InterruptCommand::init(id));
    cpu::sleep_us(10'000);
    for (unsigned attempt = 0; attempt < 2 && mailbox().trace.length == 0; ++attempt) {
        cpu::send(x86::InterruptCommand::startup(id, x86::PhysicalAddress{0x8000}));
        cpu::sleep_us(200);
    }
    // --- student code ends ---
}

}  // namespace smp
