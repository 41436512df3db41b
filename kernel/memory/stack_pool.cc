#include "memory/stack_pool.h"

#include "lib/panic.h"

namespace memory {

Stack StackPool::allocate(std::size_t pages) {
    ASSERT(pages >= 1 && pages <= maximum_pages);
    for (std::size_t i = 0; i < used_slots_; ++i) {
        if (!slots_[i].in_use && slots_[i].pages == pages) {
            slots_[i].in_use = true;
            return stack_in(i, pages);
        }
    }
    if (used_slots_ == capacity) {
        lib::panic("all {} kernel stacks are in use", capacity);
    }
    const Stack stack = stack_in(used_slots_, pages);
    backing_.back(stack.bottom, stack.top - stack.bottom);
    slots_[used_slots_++] = {static_cast<std::uint8_t>(pages), true};
    return stack;
}

void StackPool::free(Stack stack) {
    const std::size_t slot = (stack.bottom - stacks_base) / slot_size;
    if (slot >= used_slots_ || stack != stack_in(slot, slots_[slot].pages)) {
        lib::panic("{} is given back, but no stack begins there", stack.bottom);
    }
    if (!slots_[slot].in_use) {
        lib::panic("the stack at {} is given back twice", stack.bottom);
    }
    slots_[slot].in_use = false;
}

std::optional<Stack> StackPool::guarded_by(x86::VirtualAddress address) const {
    const std::size_t slot = (address - stacks_base) / slot_size;
    if (slot >= used_slots_) {  // also where `address` lies below the region
        return std::nullopt;
    }
    const Stack stack = stack_in(slot, slots_[slot].pages);
    return address < stack.bottom ? std::optional(stack) : std::nullopt;
}

}  // namespace memory
