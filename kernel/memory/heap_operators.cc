// `new` and `delete`, from the kernel's heap. Exhaustion is a panic, so `new` never returns null.
#include <cstddef>
#include <new>

#include "memory/kernel_heap.h"

void* operator new(std::size_t size) {
    return memory::allocate(size);
}
void* operator new[](std::size_t size) {
    return memory::allocate(size);
}
void* operator new(std::size_t size, std::align_val_t align) {
    return memory::allocate(size, static_cast<std::size_t>(align));
}
void* operator new[](std::size_t size, std::align_val_t align) {
    return memory::allocate(size, static_cast<std::size_t>(align));
}

void operator delete(void* memory) noexcept {
    memory::free(memory);
}
void operator delete[](void* memory) noexcept {
    memory::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    memory::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
    memory::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
    memory::free(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
    memory::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    memory::free(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
    memory::free(memory);
}
