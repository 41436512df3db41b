#pragma once

#include <concepts>
#include <utility>

#include "lib/panic.h"

namespace lib {

/// Integers are compared by value, so that `ASSERT_EQUAL(size, 4)` needs no cast.
template <class A, class B>
constexpr bool asserted_equal(const A& a, const B& b) {
    constexpr bool integers = std::integral<A> && std::integral<B>;
    if constexpr (integers && !one_of<A, bool, char> && !one_of<B, bool, char>) {
        return std::cmp_equal(a, b);
    } else {
        return a == b;
    }
}

[[noreturn]] void assertion_failed(const char* what, const char* file, int line);
[[noreturn]] void equality_failed(const char* what, const Argument& a, const Argument& b,
                                  const char* file, int line);

template <class A, class B>
constexpr void assert_equal(const A& a, const B& b, const char* what, const char* file, int line) {
    if (!asserted_equal(a, b)) {
        equality_failed(what, Argument(a), Argument(b), file, line);
    }
}

}  // namespace lib

/// Panics with the condition's own text, its file and its line unless it holds.
#define ASSERT(condition) \
    (static_cast<bool>(condition) ? void() : lib::assertion_failed(#condition, __FILE__, __LINE__))

/// Panics with both values unless they are equal; they must be of types that can be formatted.
#define ASSERT_EQUAL(a, b) lib::assert_equal((a), (b), #a " == " #b, __FILE__, __LINE__)
