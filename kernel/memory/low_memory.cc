// Lab 1's mapping on the kernel's own tables, for as long as APs start.
#include <algorithm>
#include <optional>
#include <span>

#include "lib/panic.h"
#include "memory/borrowed_frames.h"
#include "memory/frames.h"
#include "memory/identity_map.h"
#include "memory/kernel_space.h"
#include "memory/tlb.h"

namespace memory {
namespace {

// What the mapping is made of, while it is there. Only the BSP makes one, so there is no lock.
constinit std::optional<BorrowedFrames> borrowed;

/// The entries for the addresses that begin with a zero: no one else uses them.
std::span<x86::PageEntry> lower_half() {
    return std::span(kernel_root_table().entries).first(x86::PageTable::entry_count / 2);
}

}  // namespace

void map_low_memory() {
    ASSERT(!borrowed);
    map_low_memory(kernel_root_table(), borrowed.emplace(kernel_frames));
}

void unmap_low_memory(void (*flush_everywhere)()) {
    ASSERT(borrowed);
    std::ranges::fill(lower_half(), x86::PageEntry{});
    flush_this_cpu();
    if (flush_everywhere != nullptr) {
        flush_everywhere();
    }
    borrowed->give_back();
    borrowed.reset();
}

}  // namespace memory
