// Where everything lies in the kernel's half of the virtual addresses. docs/memory-map.md draws it.
#pragma once

#include <cstdint>

#include "x86/address.h"
#include "x86/page.h"

namespace memory {

/// Physical memory at a constant distance: what direct_map() gives addresses in.
inline constexpr x86::VirtualAddress direct_map_base{0xffff'8000'0000'0000};
/// Kernel stacks, each with an unmapped page below it.
inline constexpr x86::VirtualAddress stacks_base{0xffff'c000'0000'0000};
/// Registers of devices at a constant distance, uncached.
inline constexpr x86::VirtualAddress mmio_base{0xffff'e000'0000'0000};
/// The kernel image, at a constant distance from where the loader put it. In the last 2 GiB, as
/// -mcmodel=kernel demands; kernel.ld and the boot code use the same number.
inline constexpr x86::VirtualAddress kernel_base{0xffff'ffff'8000'0000};

inline constexpr std::uint64_t direct_map_size = stacks_base - direct_map_base;

/// What the identity map of lab 1 covers: the first huge page, which holds the trampoline.
inline constexpr std::uint64_t low_memory_size = x86::huge_page_size;
/// What the first tables, those of the boot code, map at direct_map_base.
inline constexpr x86::PhysicalAddress first_tables_end{0x1'0000'0000};
/// RAM from here on is left alone.
inline constexpr x86::PhysicalAddress managed_memory_end{0x10'0000'0000};

/// Where the kernel sees `physical`, which must be RAM (see kernel_space.h for anything else).
constexpr x86::VirtualAddress direct_map(x86::PhysicalAddress physical) {
    x86::expect(physical.raw < direct_map_size);
    return direct_map_base + physical.raw;
}

/// The physical address of a part of the kernel image.
constexpr x86::PhysicalAddress kernel_physical(x86::VirtualAddress address) {
    x86::expect(address >= kernel_base);
    return x86::PhysicalAddress{address - kernel_base};
}

static_assert(direct_map(x86::PhysicalAddress{0x8000}).raw == 0xffff'8000'0000'8000);
static_assert(kernel_physical(x86::VirtualAddress{0xffff'ffff'8010'0000}).raw == 0x10'0000);
// The boot code fills one PML4 entry for each of the two.
static_assert(x86::index_of(direct_map_base, x86::PageLevel::pml4) == 256);
static_assert(x86::index_of(kernel_base, x86::PageLevel::pml4) == 511);

}  // namespace memory
