// What compilers and standard headers call by themselves, whatever the flags. [gcc "Standards"]
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>

#include "lib/panic.h"

// For copies of structs, arrays set to zero, string_view. String instructions rather than loops: a
// compiler recognises such a loop as the function that it implements, and calls that function. DF
// is clear, as the ABI promises. [sysv 3.2.1]
extern "C" {

void* memcpy(void* to, const void* from, std::size_t size) {
    void* target = to;
    std::size_t count = size / 8;
    asm volatile("rep movsq" : "+D"(target), "+S"(from), "+c"(count) : : "memory");
    count = size % 8;
    asm volatile("rep movsb" : "+D"(target), "+S"(from), "+c"(count) : : "memory");
    return to;
}

void* memmove(void* to, const void* from, std::size_t size) {
    const auto distance =
        reinterpret_cast<std::uintptr_t>(to) - reinterpret_cast<std::uintptr_t>(from);
    if (distance >= size) {  // also where `to` is below: the difference wraps
        return memcpy(to, from, size);
    }
    auto* const target = static_cast<std::uint8_t*>(to);
    const auto* const source = static_cast<const std::uint8_t*>(from);
    for (; size != 0; --size) {
        target[size - 1] = source[size - 1];
        asm volatile("" : : : "memory");  // or this loop becomes a call of memmove
    }
    return to;
}

void* memset(void* to, int value, std::size_t size) {
    void* target = to;
    std::size_t count = size / 8;
    const std::uint64_t values = 0x0101010101010101 * static_cast<std::uint8_t>(value);
    asm volatile("rep stosq" : "+D"(target), "+c"(count) : "a"(values) : "memory");
    count = size % 8;
    asm volatile("rep stosb" : "+D"(target), "+c"(count) : "a"(values) : "memory");
    return to;
}

int memcmp(const void* a, const void* b, std::size_t size) {
    const auto* const left = static_cast<const std::uint8_t*>(a);
    const auto* const right = static_cast<const std::uint8_t*>(b);
    for (std::size_t index = 0; index < size; ++index) {
        if (left[index] != right[index]) {
            return left[index] - right[index];
        }
    }
    return 0;
}

void* memchr(const void* begin, int value, std::size_t size) {
    const auto* const bytes = static_cast<const std::uint8_t*>(begin);
    for (std::size_t index = 0; index < size; ++index) {
        if (bytes[index] == static_cast<std::uint8_t>(value)) {
            return const_cast<std::uint8_t*>(bytes + index);
        }
    }
    return nullptr;
}

std::size_t strlen(const char* text) {
    const char* end = text;
    std::size_t left = SIZE_MAX;
    asm volatile("repne scasb" : "+D"(end), "+c"(left) : "a"('\0') : "memory", "cc");
    return static_cast<std::size_t>(end - text) - 1;
}

// Nothing is thrown in this kernel: what is called once a program has gone wrong is a panic.

void abort() noexcept {
    lib::panic("abort: a standard type was used against its contract");
}

// The C++ ABI gives the name.
// NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming)
[[noreturn]] void __cxa_pure_virtual() {
    lib::panic("a pure virtual function was called");
}

}  // extern "C"

namespace std {

// From GCC 13 on a freestanding library has these itself, and they call terminate().
#if _GLIBCXX_HOSTED || _GLIBCXX_RELEASE < 13
void __throw_out_of_range_fmt(const char* what, ...) {
    lib::panic("out of range: {}", what);
}

void __throw_out_of_range(const char* what) {
    lib::panic("out of range: {}", what);
}

void __throw_length_error(const char* what) {
    lib::panic("too long: {}", what);
}
#else
void terminate() noexcept {
    lib::panic("terminate: a standard type was used against its contract");
}
#endif

}  // namespace std
