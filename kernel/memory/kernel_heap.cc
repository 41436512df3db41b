#include "memory/kernel_heap.h"

#include "lib/spinlock.h"
#include "memory/kernel_space.h"
#include "memory/layout.h"

namespace memory {
namespace {

constinit lib::Spinlock heap_lock("heap");
constinit Heap heap(kernel_backing, heap_base, heap_size);

}  // namespace

void* allocate(std::size_t size, std::size_t align) {
    const lib::LockGuard guard(heap_lock);
    return heap.allocate(size, align);
}

void free(void* memory) {
    const lib::LockGuard guard(heap_lock);
    heap.free(memory);
}

}  // namespace memory
