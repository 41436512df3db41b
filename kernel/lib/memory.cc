// The functions that compilers call by themselves, whatever the flags: for copies of structs, for
// arrays set to zero, for string_view. [gcc "Standards"]
#include "lib/bytes.h"

extern "C" {

void* memcpy(void* to, const void* from, std::size_t size) {
    lib::copy_forwards(to, from, size);
    return to;
}

void* memmove(void* to, const void* from, std::size_t size) {
    lib::copy_overlapping(to, from, size);
    return to;
}

void* memset(void* to, int value, std::size_t size) {
    lib::fill(to, static_cast<std::uint8_t>(value), size);
    return to;
}

int memcmp(const void* a, const void* b, std::size_t size) {
    return lib::compare(a, b, size);
}

void* memchr(const void* begin, int value, std::size_t size) {
    return lib::find(begin, static_cast<std::uint8_t>(value), size);
}

std::size_t strlen(const char* text) {
    return lib::length(text);
}

}  // extern "C"
