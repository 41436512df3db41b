#include "memory/kernel_space.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "console/print.h"
#include "instructions.h"
#include "lib/panic.h"
#include "lib/spinlock.h"
#include "memory/frames.h"
#include "memory/layout.h"
#include "memory/page_map.h"
#include "memory/w_xor_x.h"
#include "x86/cpuid.h"

// From kernel.ld, but the guard pages, which are from boot/entry.asm.
extern "C" const std::byte kernel_text_start[], given_text_end[], kernel_text_end[];
extern "C" const std::byte kernel_rodata_start[], kernel_rodata_end[];
extern "C" const std::byte kernel_data_start[], kernel_data_end[];
extern "C" const std::byte boot_stack_guard[], emergency_stack_guard[];

namespace memory {

namespace {

using x86::PhysicalAddress;
using x86::VirtualAddress;

// Taken before the lock of the frames, after that of the stacks.
constinit lib::Spinlock space_lock("kernel space");
constinit std::optional<PageMap> kernel_map;  // empty while the first tables are in use
constinit std::uint64_t readable_end = first_tables_end.raw;

/// Maps a part of the image where it is linked.
void map_part(const std::byte* start, const std::byte* end, x86::PageAccess access) {
    const VirtualAddress from = x86::address_of(start);
    if (start != end) {
        kernel_map->map(from, kernel_physical(from), x86::address_of(end) - from, access);
    }
}

/// Text executable, rodata read-only, data writable, and the pages below the two stacks in it not
/// at all.
void map_image() {
    map_part(kernel_text_start, kernel_text_end, {.executable = true});
    map_part(kernel_rodata_start, kernel_rodata_end, {});
    map_part(kernel_data_start, boot_stack_guard, {.writable = true});
    map_part(boot_stack_guard + x86::page_size, emergency_stack_guard, {.writable = true});
    map_part(emergency_stack_guard + x86::page_size, kernel_data_end, {.writable = true});
}

/// The direct map of one range of RAM: writable but where it would open a second way into the
/// image's text and rodata, and nowhere executable.
void map_ram(PhysicalAddress start, PhysicalAddress end) {
    const auto physical = [](const std::byte* place) {
        return kernel_physical(x86::address_of(place));
    };
    const std::array read_only{
        std::pair(physical(kernel_text_start), physical(kernel_text_end)),
        std::pair(physical(kernel_rodata_start), physical(kernel_rodata_end)),
    };
    while (start < end) {
        PhysicalAddress piece_end = end;
        bool writable = true;
        for (const auto& [first, last] : read_only) {
            writable = writable && !(first <= start && start < last);
            for (const PhysicalAddress boundary : {first, last}) {
                if (start < boundary && boundary < piece_end) {
                    piece_end = boundary;
                }
            }
        }
        kernel_map->map(direct_map(start), start, piece_end - start, {.writable = writable});
        start = piece_end;
    }
}

/// Maps all RAM, and returns how many bytes that is.
std::uint64_t map_all_ram(const boot::MemoryMap& ranges) {
    std::uint64_t size = 0;
    for (const boot::MemoryRange& range : ranges) {
        const PhysicalAddress start = x86::align_up(range.base, x86::page_size);
        const PhysicalAddress end =
            std::min(x86::align_down(range.end(), x86::page_size), managed_memory_end);
        if (range.available && start < end) {
            map_ram(start, end);
            size += end - start;
        }
    }
    return size;
}

/// How many bits a physical address has; a bit beyond them in a page entry is reserved.
unsigned physical_bits() {
    constexpr unsigned least = 36;  // of any processor with long mode [sdm3 4.1.4]
    const std::uint32_t highest = instructions::cpuid(x86::cpuid::highest_extended_leaf).eax;
    return highest < x86::cpuid::address_sizes_leaf
               ? least
               : x86::cpuid::physical_bits(instructions::cpuid(x86::cpuid::address_sizes_leaf));
}

/// Maps those pages with any byte of [physical, physical + size) that are not mapped yet, at `base`
/// + their physical address.
void map_missing(VirtualAddress base, PhysicalAddress physical, std::uint64_t size,
                 x86::PageAccess access) {
    for (PhysicalAddress page = x86::align_down(physical, x86::page_size); page < physical + size;
         page += x86::page_size) {
        if (kernel_map->walk(base + page.raw).outcome != x86::WalkOutcome::mapped) {
            kernel_map->map(base + page.raw, page, x86::page_size, access);
        }
    }
}

class FirmwareMemory final : public lib::PhysicalMemory {
  public:
    std::span<const std::byte> at(PhysicalAddress address, std::size_t size) const override {
        const lib::LockGuard guard(space_lock);
        if (size == 0 || size > readable_end || address.raw > readable_end - size) {
            return {};
        }
        if (kernel_map) {
            map_missing(direct_map_base, address, size, {});
        }
        return {x86::pointer_to<const std::byte>(direct_map(address)), size};
    }
};
constexpr FirmwareMemory all_memory;

void require_w_xor_x() {
    const auto read_entry = [](PhysicalAddress place) {
        return std::optional(*x86::pointer_to<const x86::PageEntry>(direct_map(place)));
    };
    if (const auto violation = find_w_xor_x_violation(kernel_root(), read_entry)) {
        using Kind = WXorXViolation::Kind;
        if (violation->kind == Kind::unreadable || violation->kind == Kind::too_complex) {
            lib::panic("W^X cannot be judged: a table is unreadable, or there is too much");
        }
        lib::panic("W^X does not hold: {} ({}) is writable, {} ({}) is executable",
                   violation->page.address, violation->page.physical, violation->executable.address,
                   violation->executable.physical);
    }
}

}  // namespace

const lib::PhysicalMemory& firmware_memory() {
    return all_memory;
}

void initialize(const boot::BootInfo& boot_info) {
    // For an AP that is to have what the BSP has, whatever that is: docs/decisions/0019.
    const bool protect = boot::option("protect") != "no";
    if (!protect) {
        instructions::write_efer(instructions::read_efer() & ~x86::efer::nxe);
        instructions::write_cr0(instructions::read_cr0() & ~x86::cr0::wp);
    }
    initialize_frames(boot_info);
    // The PML4 must not lie at 0x200000, whose low 16 bits are 0: a lab 4 that moves only 16 bits
    // to CR3 would look like one that moves nothing. So the first frame is taken, and given back.
    const PhysicalAddress first = allocate_frame();
    kernel_map.emplace(allocate_frame(), protect);
    free_frame(first);
    map_image();
    const std::uint64_t ram = map_all_ram(boot_info.memory);
    instructions::write_cr3(kernel_map->root());
    readable_end = std::min(std::uint64_t{1} << physical_bits(), direct_map_size);
    if (protect) {
        require_w_xor_x();
    }
    console::print("memory: {} MiB of RAM\n", ram >> 20);
}

PhysicalAddress kernel_root() {
    ASSERT(kernel_map.has_value());
    return kernel_map->root();
}

void unmap_labs() {
    const lib::LockGuard guard(space_lock);
    for (VirtualAddress page = x86::address_of(given_text_end);
         page < x86::address_of(kernel_text_end); page += x86::page_size) {
        const PhysicalAddress entry = kernel_map->walk(page).last().entry_address;
        *x86::pointer_to<x86::PageEntry>(direct_map(entry)) = x86::PageEntry{};
    }
}

VirtualAddress map_mmio(PhysicalAddress physical, std::uint64_t size) {
    const lib::LockGuard guard(space_lock);
    ASSERT(kernel_map.has_value() && physical.raw + size <= kernel_base.raw - mmio_base.raw);
    map_missing(mmio_base, physical, size, {.writable = true, .uncached = true});
    return mmio_base + physical.raw;
}

void map_new_frames(VirtualAddress address, std::uint64_t size) {
    const lib::LockGuard guard(space_lock);
    ASSERT(kernel_map.has_value());
    for (std::uint64_t offset = 0; offset < size; offset += x86::page_size) {
        kernel_map->map(address + offset, allocate_frame(), x86::page_size, {.writable = true});
    }
}

}  // namespace memory
