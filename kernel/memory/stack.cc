#include "memory/stack.h"

#include <array>
#include <cstdint>

#include "lib/panic.h"
#include "lib/spinlock.h"
#include "memory/kernel_space.h"
#include "memory/layout.h"

namespace memory {

namespace {

// The stacks region is cut into slots. A stack fills the upper end of its slot; the rest, a page at
// least, stays unmapped.
constexpr std::uint64_t slot_size = 0x1'0000;
constexpr std::size_t maximum_pages = slot_size / x86::page_size - 1;
constexpr std::size_t capacity = 4096;  // for 255 CPUs with some stacks each, and their tasks
static_assert(stacks_base + capacity * slot_size <= mmio_base);

struct Slot {
    std::uint8_t pages = 0;  // mapped
    bool in_use = false;
};

constinit lib::Spinlock stacks_lock("stacks");
constinit std::array<Slot, capacity> slots{};
constinit std::size_t used_slots = 0;  // the slots from here on have never been used

Stack stack_in(std::size_t slot, std::size_t pages) {
    const x86::VirtualAddress top = stacks_base + (slot + 1) * slot_size;
    return {top - pages * x86::page_size, top};
}

}  // namespace

Stack allocate_stack(std::size_t pages) {
    ASSERT(pages >= 1 && pages <= maximum_pages);
    const lib::LockGuard guard(stacks_lock);
    for (std::size_t i = 0; i < used_slots; ++i) {
        if (!slots[i].in_use && slots[i].pages == pages) {
            slots[i].in_use = true;
            return stack_in(i, pages);
        }
    }
    if (used_slots == capacity) {
        lib::panic("all {} kernel stacks are in use", capacity);
    }
    const Stack stack = stack_in(used_slots, pages);
    map_new_frames(stack.bottom, stack.top - stack.bottom);
    slots[used_slots++] = {static_cast<std::uint8_t>(pages), true};
    return stack;
}

void free_stack(Stack stack) {
    const lib::LockGuard guard(stacks_lock);
    const std::size_t slot = (stack.bottom - stacks_base) / slot_size;
    ASSERT(slot < used_slots && slots[slot].in_use);
    ASSERT(stack == stack_in(slot, slots[slot].pages));
    slots[slot].in_use = false;
}

std::optional<Stack> stack_guarded_by(x86::VirtualAddress address) {
    const std::size_t slot = (address - stacks_base) / slot_size;
    if (slot >= used_slots) {  // also where `address` lies below the region
        return std::nullopt;
    }
    const Stack stack = stack_in(slot, slots[slot].pages);
    return address < stack.bottom ? std::optional(stack) : std::nullopt;
}

}  // namespace memory
