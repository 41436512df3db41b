#include "memory/frames.h"

#include <cstring>
#include <optional>

#include "lib/panic.h"
#include "lib/spinlock.h"
#include "memory/frame_allocator.h"
#include "memory/layout.h"
#include "memory/ram.h"

// From kernel.ld. The first is a physical address, the second one of the kernel_base region.
extern "C" const std::byte boot_start[];
extern "C" const std::byte kernel_image_end[];
extern "C" const std::byte trampoline_address[];

namespace memory {
namespace {

constinit lib::Spinlock frames_lock("frames");
constinit FrameAllocator allocator;
constinit RangeSet all_ram;
constinit RangeSet available;

PhysicalRange page_at(x86::PhysicalAddress address) {
    return {address, address + x86::page_size};
}

PhysicalRange image() {
    const x86::PhysicalAddress start{x86::address_of(boot_start).raw};
    return PhysicalRange{start, kernel_physical(x86::address_of(kernel_image_end))}.touched_pages();
}

x86::PhysicalAddress zeroed(x86::PhysicalAddress frame) {
    std::memset(x86::pointer_to<void>(direct_map(frame)), 0, x86::page_size);
    return frame;
}

}  // namespace

constinit KernelFrames kernel_frames;

void initialize_frames(const boot::BootInfo& boot_info) {
    find_available_ram(boot_info.memory, all_ram);
    available = all_ram;
    available.remove(page_at(x86::PhysicalAddress{0}));  // the BIOS's interrupt vectors and data
    available.remove(page_at(x86::PhysicalAddress{x86::address_of(trampoline_address).raw}));
    available.remove(image());
    for (const boot::LoaderRange& range : boot_info.reserved) {
        available.remove(PhysicalRange::of(range.base, range.length).touched_pages());
    }

    // The allocator's own storage comes out of what it will manage.
    const std::size_t words = FrameAllocator::bitmap_words(available);
    const auto storage =
        available.find(words * sizeof(std::uint64_t), x86::PhysicalAddress{low_memory_size});
    if (!storage || storage->end > first_tables_end) {
        lib::panic("no room below 4 GiB for {} words of bitmap", words);
    }
    available.remove(storage->touched_pages());
    allocator.initialize(available,
                         {x86::pointer_to<std::uint64_t>(direct_map(storage->start)), words});
}

const RangeSet& ram() {
    return all_ram;
}

x86::PhysicalAddress allocate_frame() {
    std::optional<x86::PhysicalAddress> frame;
    {
        const lib::LockGuard guard(frames_lock);
        frame = allocator.allocate();
    }
    if (!frame) {
        lib::panic("memory is exhausted");
    }
    return zeroed(*frame);
}

x86::PhysicalAddress allocate_frame_below(x86::PhysicalAddress limit) {
    std::optional<x86::PhysicalAddress> frame;
    {
        const lib::LockGuard guard(frames_lock);
        frame = allocator.allocate_below(limit);
    }
    if (!frame) {
        lib::panic("no frame is free below {}", limit);
    }
    return zeroed(*frame);
}

void free_frame(x86::PhysicalAddress frame) {
    const lib::LockGuard guard(frames_lock);
    allocator.free(frame);
}

x86::PhysicalAddress KernelFrames::allocate() {
    return allocate_frame();
}

void KernelFrames::free(x86::PhysicalAddress frame) {
    free_frame(frame);
}

x86::PageTable& KernelFrames::table(x86::PhysicalAddress frame) {
    return *x86::pointer_to<x86::PageTable>(direct_map(frame));
}

std::uint64_t free_frames() {
    const lib::LockGuard guard(frames_lock);
    return allocator.free_count();
}

}  // namespace memory
