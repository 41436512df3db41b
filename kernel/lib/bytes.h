#pragma once

#include <cstddef>
#include <cstdint>

/// The work of memcpy and its relatives (memory.cc), under names of its own so that host tests can
/// run it. String instructions rather than loops: a compiler recognises such a loop as the function
/// that it implements, and calls that function. DF is clear, as the ABI promises. [sysv 3.2.1]
namespace lib {

/// Copies upwards, eight bytes at a time, then the rest. If the regions overlap, `to` must be the
/// lower one.
inline void copy_forwards(void* to, const void* from, std::size_t size) {
    std::size_t count = size / 8;
    asm volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
    count = size % 8;
    asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
}

/// Copies as if through another buffer, however the regions overlap.
inline void copy_overlapping(void* to, const void* from, std::size_t size) {
    const auto distance =
        reinterpret_cast<std::uintptr_t>(to) - reinterpret_cast<std::uintptr_t>(from);
    if (distance >= size) {  // also where `to` is below: the difference wraps
        return copy_forwards(to, from, size);
    }
    auto* const target = static_cast<std::uint8_t*>(to);
    const auto* const source = static_cast<const std::uint8_t*>(from);
    for (; size != 0; --size) {
        target[size - 1] = source[size - 1];
        asm volatile("" : : : "memory");  // or this loop becomes a call of memmove
    }
}

inline void fill(void* to, std::uint8_t value, std::size_t size) {
    constexpr std::uint64_t each_byte = 0x0101010101010101;
    const std::uint64_t values = each_byte * value;
    std::size_t count = size / 8;
    asm volatile("rep stosq" : "+D"(to), "+c"(count) : "a"(values) : "memory");
    count = size % 8;
    asm volatile("rep stosb" : "+D"(to), "+c"(count) : "a"(values) : "memory");
}

/// Below, equal to or above 0 as the first differing byte of `a` is below or above that of `b`,
/// both taken as unsigned.
inline int compare(const void* a, const void* b, std::size_t size) {
    const auto* const left = static_cast<const std::uint8_t*>(a);
    const auto* const right = static_cast<const std::uint8_t*>(b);
    for (std::size_t index = 0; index < size; ++index) {
        if (left[index] != right[index]) {
            return left[index] - right[index];
        }
    }
    return 0;
}

/// The first byte equal to `value`, or null. What C declares it to be: the const is lost.
inline void* find(const void* begin, std::uint8_t value, std::size_t size) {
    const auto* const bytes = static_cast<const std::uint8_t*>(begin);
    for (std::size_t index = 0; index < size; ++index) {
        if (bytes[index] == value) {
            return const_cast<std::uint8_t*>(bytes + index);
        }
    }
    return nullptr;
}

inline std::size_t length(const char* text) {
    const char* end = text;
    std::size_t left = SIZE_MAX;
    asm volatile("repne scasb" : "+D"(end), "+c"(left) : "a"('\0') : "memory", "cc");
    return static_cast<std::size_t>(end - text) - 1;
}

}  // namespace lib
