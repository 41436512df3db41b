// Kernel stacks, each with unmapped memory below it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "memory/backing.h"
#include "memory/layout.h"
#include "x86/address.h"
#include "x86/page.h"

namespace memory {

/// [bottom, top): RSP begins at `top`, which is aligned as the ABI wants it before a call.
struct Stack {
    x86::VirtualAddress bottom;
    x86::VirtualAddress top;

    constexpr bool operator==(const Stack&) const = default;
};

/// Cuts the stacks region into slots of 64 KiB. A stack fills the upper end of its slot; the rest,
/// a page at least, stays unmapped, so that an overflow is a #PF there and not a neighbour's data.
///
/// A stack that is freed stays mapped and waits for its next user: to unmap it would mean to
/// interrupt every other CPU, which may remember the translation. [sdm3 4.10.5]
///
/// Not for several CPUs at once: kernel/memory/stack.h puts the lock around it.
class StackPool {
  public:
    static constexpr std::uint64_t slot_size = 0x1'0000;
    static constexpr std::size_t maximum_pages = slot_size / x86::page_size - 1;
    /// For 255 CPUs with some stacks each, and their tasks.
    static constexpr std::size_t capacity = 4096;

    explicit constexpr StackPool(Backing& backing) : backing_(backing) {}

    /// A stack of 1..maximum_pages pages. A new one is all zeroes; one that had another user before
    /// holds what that one left. Panics when memory or slots are exhausted.
    Stack allocate(std::size_t pages);
    /// Takes back a stack that nobody runs on. Panics unless it was handed out as it is here and
    /// not yet taken back.
    void free(Stack stack);

    /// The stack that ran over if an access to `address` faulted: the one right above it.
    std::optional<Stack> guarded_by(x86::VirtualAddress address) const;

  private:
    struct Slot {
        std::uint8_t pages = 0;  // mapped; 0 if this slot has never been used
        bool in_use = false;
    };

    static constexpr Stack stack_in(std::size_t slot, std::size_t pages) {
        const x86::VirtualAddress top = stacks_base + (slot + 1) * slot_size;
        return {top - pages * x86::page_size, top};
    }

    Backing& backing_;
    std::array<Slot, capacity> slots_{};
    std::size_t used_slots_ = 0;  // the slots from here on have never been used
};

static_assert(stacks_base + StackPool::capacity * StackPool::slot_size <= heap_base);

}  // namespace memory
