#include "smp/trampoline_page.h"

#include "memory/layout.h"

// The linker script's name for where the loader has put the trampoline: in the kernel's data.
extern "C" std::byte trampoline_image_start[];

namespace smp {

std::span<const std::byte> trampoline_image() {
    return {trampoline_image_start, trampoline::page_size};
}

trampoline::Tables& trampoline_image_tables() {
    constexpr auto offset = trampoline::tables_address - trampoline::page_address;
    return *reinterpret_cast<trampoline::Tables*>(trampoline_image_start + offset);
}

std::span<std::byte> trampoline_page() {
    // By the direct map and not by the identity map: that one is lab 1's, and may not be there.
    const auto page = memory::direct_map(x86::PhysicalAddress{trampoline::page_address});
    return {reinterpret_cast<std::byte*>(page.raw), trampoline::page_size};
}

trampoline::Mailbox& mailbox() {
    constexpr auto offset = trampoline::mailbox_address - trampoline::page_address;
    return *reinterpret_cast<trampoline::Mailbox*>(trampoline_page().data() + offset);
}

}  // namespace smp
