// Lab 3: the BSP's half of an AP's start.
#include "smp/start_ap.h"

#include <algorithm>
#include <cstring>

#include "cpu/lapic.h"
#include "cpu/lapic_timer.h"
#include "memory/kernel_space.h"
#include "x86/apic.h"

namespace smp {

void start_ap(const trampoline::Mailbox& message) {
    // --- student code begins ---
    std::ranges::copy(trampoline_image(), trampoline_page().begin());
    std::memcpy(trampoline_page().data() + (trampoline::mailbox_address - trampoline::page_address),
                &message, sizeof(message));

    const std::uint64_t lapic = memory::map_mmio(x86::PhysicalAddress{0xfee00000}, 0x1000).raw;
    auto* low = reinterpret_cast<volatile std::uint32_t*>(lapic + 0x300);
    auto* high = reinterpret_cast<volatile std::uint32_t*>(lapic + 0x310);
    *high = message.lapic_id << 24;
    *low = 0x4500;
    cpu::sleep_us(10'000);
    *high = message.lapic_id << 24;
    *low = 0x4608;
    // --- student code ends ---
}

}  // namespace smp
