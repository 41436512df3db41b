// The kernel's heap, for any CPU. `new` and `delete` come here too.
#pragma once

#include <cstddef>

#include "memory/heap.h"

namespace memory {

/// `size` bytes at a multiple of `align`, a power of two. Never null: panics on exhaustion.
void* allocate(std::size_t size, std::size_t align = Heap::alignment);
/// Takes back what allocate() gave; nothing happens for null. Panics if it sees that memory was
/// freed twice, or written to outside of what was allocated.
void free(void* memory);

}  // namespace memory
