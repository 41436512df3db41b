// Kernel stacks, for any CPU to take and give back.
#pragma once

#include <cstddef>
#include <optional>

#include "memory/stack_pool.h"
#include "x86/address.h"

namespace memory {

/// A stack of 1..StackPool::maximum_pages pages, with an unmapped page below it. Panics when memory
/// is exhausted.
Stack allocate_stack(std::size_t pages);
/// Takes back a stack that nobody runs on any more.
void free_stack(Stack stack);

/// The stack that ran over, if an access to `address` faulted because of that. Takes no lock: for
/// reports of faults.
std::optional<Stack> stack_guarded_by(x86::VirtualAddress address);

}  // namespace memory
