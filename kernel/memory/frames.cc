#include "memory/frames.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "lib/panic.h"
#include "lib/spinlock.h"
#include "memory/layout.h"
#include "trampoline/mailbox.h"

// From kernel.ld. The first is a physical address, the other one of the kernel_base region.
extern "C" const std::byte boot_start[];
extern "C" const std::byte kernel_image_end[];

namespace memory {

namespace {

using x86::PhysicalAddress;

constinit const boot::MemoryMap* firmware_map = nullptr;
constinit lib::Spinlock frames_lock("frames");

/// Frames that were never taken lie from `next` on; the others are a list, each holding the address
/// of the next one in its first bytes.
struct Pool {
    PhysicalAddress next;
    PhysicalAddress end;
    PhysicalAddress first_returned{};
};
constinit Pool low_frames{PhysicalAddress{x86::page_size}, PhysicalAddress{low_memory_size}};
constinit Pool frames{PhysicalAddress{low_memory_size}, managed_memory_end};

/// Whether the firmware calls all of this frame available, and the kernel lies somewhere else. What
/// the loader has left has been copied.
bool is_free_at_boot(PhysicalAddress frame) {
    const auto holds = [frame](const boot::MemoryRange& range) {
        return range.available && range.base <= frame && frame + x86::page_size <= range.end();
    };
    const PhysicalAddress image =
        x86::align_down(PhysicalAddress{x86::address_of(boot_start).raw}, x86::page_size);
    const PhysicalAddress image_end = kernel_physical(x86::address_of(kernel_image_end));
    return frame != PhysicalAddress{trampoline::page_address} &&
           (frame < image || frame >= image_end) && std::ranges::any_of(*firmware_map, holds);
}

std::uint64_t& link_in(PhysicalAddress frame) {
    return *x86::pointer_to<std::uint64_t>(direct_map(frame));
}

PhysicalAddress take(Pool& pool) {
    const lib::LockGuard guard(frames_lock);
    if (pool.first_returned != PhysicalAddress{}) {
        const PhysicalAddress frame = pool.first_returned;
        pool.first_returned = PhysicalAddress{link_in(frame)};
        return frame;
    }
    for (; pool.next < pool.end; pool.next += x86::page_size) {
        if (is_free_at_boot(pool.next)) {
            const PhysicalAddress frame = pool.next;
            pool.next += x86::page_size;
            return frame;
        }
    }
    lib::panic("memory below {} is exhausted", pool.end);
}

PhysicalAddress zeroed(PhysicalAddress frame) {
    std::memset(x86::pointer_to<void>(direct_map(frame)), 0, x86::page_size);
    return frame;
}

}  // namespace

void initialize_frames(const boot::BootInfo& info) {
    firmware_map = &info.memory;
    PhysicalAddress end{};
    for (const boot::MemoryRange& range : info.memory) {
        if (range.available) {
            end = x86::align_down(range.end(), x86::page_size);
        }
    }
    frames.end = std::min(frames.end, end);
}

PhysicalAddress allocate_frame() {
    return zeroed(take(frames));
}

PhysicalAddress allocate_low_frame() {
    return zeroed(take(low_frames));
}

void free_frame(PhysicalAddress frame) {
    ASSERT(x86::is_aligned(frame, x86::page_size) && frame != PhysicalAddress{});
    const lib::LockGuard guard(frames_lock);
    Pool& pool = frame < low_frames.end ? low_frames : frames;
    ASSERT(frame < pool.next);
    link_in(frame) = pool.first_returned.raw;
    pool.first_returned = frame;
}

x86::PageTable& table_in(PhysicalAddress frame) {
    return *x86::pointer_to<x86::PageTable>(direct_map(frame));
}

}  // namespace memory
