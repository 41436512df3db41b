#include "memory/stack.h"

#include <array>
#include <cstdint>

#include "lib/panic.h"
#include "lib/spinlock.h"
#include "memory/kernel_space.h"
#include "memory/layout.h"

namespace memory {

namespace {

constexpr std::size_t maximum_pages = stack_slot_size / x86::page_size - 1;
constexpr std::size_t capacity = 4096;  // for 256 CPUs with two stacks each, and their tasks
static_assert(stacks_base + capacity * stack_slot_size <= mmio_base);

constinit lib::Spinlock stacks_lock("stacks");
constinit std::array<std::uint8_t, capacity> pages_in{};
constinit std::size_t used_slots = 0;

Stack stack_in(std::size_t slot, std::size_t pages) {
    const x86::VirtualAddress top = stacks_base + (slot + 1) * stack_slot_size;
    return {top - pages * x86::page_size, top};
}

}  // namespace

Stack allocate_stack(std::size_t pages) {
    ASSERT(pages >= 1 && pages <= maximum_pages);
    const lib::LockGuard guard(stacks_lock);
    if (used_slots == capacity) {
        lib::panic("all {} kernel stacks are in use", capacity);
    }
    const Stack stack = stack_in(used_slots, pages);
    map_new_frames(stack.bottom, stack.top - stack.bottom);
    pages_in[used_slots++] = static_cast<std::uint8_t>(pages);
    return stack;
}

std::optional<Stack> stack_guarded_by(x86::VirtualAddress address) {
    const std::size_t slot = (address - stacks_base) / stack_slot_size;
    if (slot >= used_slots) {  // also where `address` lies below the region
        return std::nullopt;
    }
    const Stack stack = stack_in(slot, pages_in[slot]);
    return address < stack.bottom ? std::optional(stack) : std::nullopt;
}

}  // namespace memory
