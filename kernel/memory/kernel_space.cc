#include "memory/kernel_space.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "instructions.h"
#include "lib/panic.h"
#include "lib/spinlock.h"
#include "memory/frames.h"
#include "memory/kernel_mappings.h"
#include "memory/layout.h"
#include "memory/page_map.h"
#include "memory/w_xor_x.h"
#include "x86/cpuid.h"

// From kernel.ld, but the guard pages, which are from boot/stack.asm.
extern "C" const std::byte kernel_text_start[], kernel_text_end[];
extern "C" const std::byte kernel_rodata_start[], kernel_rodata_end[];
extern "C" const std::byte kernel_data_start[], kernel_data_end[];
extern "C" const std::byte boot_stack_guard[], emergency_stack_guard[];

namespace memory {
namespace {

// Taken before the lock of the frames, after those of the stacks and the heap.
constinit lib::Spinlock space_lock("kernel space");
constinit std::optional<PageMap> kernel_map;  // empty while the first tables are in use
constinit std::uint64_t readable_end = first_tables_end.raw;

KernelImage linked_image() {
    using x86::address_of;
    return {.text = {address_of(kernel_text_start), address_of(kernel_text_end)},
            .rodata = {address_of(kernel_rodata_start), address_of(kernel_rodata_end)},
            .data = {address_of(kernel_data_start), address_of(kernel_data_end)},
            .stack_guards = {address_of(boot_stack_guard), address_of(emergency_stack_guard)}};
}

/// How many bits a physical address has; a bit beyond them in a page entry is reserved.
unsigned physical_bits() {
    constexpr unsigned least = 36;  // of any processor with long mode [sdm3 4.1.4]
    const std::uint32_t highest = instructions::cpuid(x86::cpuid::highest_extended_leaf).eax;
    return highest < x86::cpuid::address_sizes_leaf
               ? least
               : x86::cpuid::physical_bits(instructions::cpuid(x86::cpuid::address_sizes_leaf));
}

}  // namespace

constinit KernelBacking kernel_backing;

void enter_kernel_space(const RangeSet& ram) {
    const x86::Efer efer = instructions::read_efer() | x86::efer::nxe;
    instructions::write_efer(efer);
    instructions::write_cr0(instructions::read_cr0() | x86::cr0::wp);

    kernel_map.emplace(kernel_frames.allocate(), kernel_frames, efer);
    map_image(*kernel_map, linked_image());
    map_ram(*kernel_map, ram, linked_image());
    instructions::write_cr3(kernel_map->root());
    readable_end = std::min(std::uint64_t{1} << physical_bits(), direct_map_size);
}

x86::PhysicalAddress kernel_root() {
    ASSERT(kernel_map.has_value());
    return kernel_map->root();
}

x86::PageTable& kernel_root_table() {
    ASSERT(kernel_map.has_value());
    return kernel_map->root_table();
}

x86::VirtualAddress map_mmio(x86::PhysicalAddress physical, std::uint64_t size) {
    const lib::LockGuard guard(space_lock);
    ASSERT(kernel_map.has_value());
    if (ram().contains(physical)) {
        lib::panic("{} is RAM, and must not be mapped as registers", physical);
    }
    map_missing(*kernel_map, mmio_base, physical, size, {.writable = true, .uncached = true});
    return mmio_base + physical.raw;
}

bool make_readable(x86::PhysicalAddress physical, std::uint64_t size) {
    const lib::LockGuard guard(space_lock);
    if (size > readable_end || physical.raw > readable_end - size) {
        return false;
    }
    if (kernel_map) {
        map_missing(*kernel_map, direct_map_base, physical, size, {});
    }
    return true;
}

void KernelBacking::back(x86::VirtualAddress address, std::uint64_t size) {
    const lib::LockGuard guard(space_lock);
    ASSERT(kernel_map.has_value());
    kernel_map->map_new(address, size);
}

void require_w_xor_x() {
    const auto read_entry = [](x86::PhysicalAddress place) {
        return std::optional(*x86::pointer_to<const x86::PageEntry>(direct_map(place)));
    };
    if (const auto violation = find_w_xor_x_violation(kernel_root(), read_entry)) {
        lib::panic("W^X does not hold: {} ({}) is writable, {} ({}) is executable",
                   violation->page.address, violation->page.physical, violation->executable.address,
                   violation->executable.physical);
    }
}

}  // namespace memory
