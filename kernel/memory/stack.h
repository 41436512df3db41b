// Kernel stacks, each with unmapped memory below it, for any CPU to take. None is ever given back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "x86/address.h"

namespace memory {

/// The stacks region is cut into slots. A stack fills the upper end of its slot; the rest, a page
/// at least, stays unmapped.
inline constexpr std::uint64_t stack_slot_size = 0x1'0000;

/// [bottom, top): RSP begins at `top`, which is aligned as the ABI wants it before a call.
struct Stack {
    x86::VirtualAddress bottom;
    x86::VirtualAddress top;
};

/// A stack of 1..15 pages, with at least one unmapped page below it, so that an overflow is a #PF
/// there and not a neighbour's data. Panics when memory is exhausted.
Stack allocate_stack(std::size_t pages);

/// The stack that ran over, if an access to `address` faulted because of that. Takes no lock: for
/// reports of faults.
std::optional<Stack> stack_guarded_by(x86::VirtualAddress address);

}  // namespace memory
