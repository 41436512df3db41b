// What compilers and standard headers call once a program has gone wrong. Nothing is thrown in this
// kernel: each of these is a panic.
#include <cstdlib>
#include <exception>
#include <string_view>

#include "lib/panic.h"

extern "C" {

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
