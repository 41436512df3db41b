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
    void* to = trampoline_page().data();
    const void* from = trampoline_image().data();
    std::size_t count = trampoline::page_size;
    asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
    mailbox().trace.length = 0;
    const auto* words = reinterpret_cast<const std::uint32_t*>(&message);
    auto* box = reinterpret_cast<volatile std::uint32_t*>(&mailbox());
    for (std::size_t i = 0; i < sizeof(message) / sizeof(*words); ++i) {
        box[i] = words[i];
    }

    const std::uint64_t destination = std::uint64_t{message.lapic_id} << 32;
    cpu::send({destination | 0xc500});
    cpu::sleep_us(200);
    cpu::send({destination | 0x8500});
    cpu::sleep_us(10'000);
    cpu::send({destination | 0x4608});
    cpu::sleep_us(200);
    cpu::send({destination | 0x4608});
    // --- student code ends ---
}

}  // namespace smp
