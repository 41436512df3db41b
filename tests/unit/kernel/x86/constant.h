// Whether a call could be made at compile time: how the preconditions of x86/ are tested.
#pragma once

namespace x86_test {

/// True if calling `f`, a lambda without captures, is a constant expression: no expect() fails in
/// it.
template <class F, bool = (static_cast<void>(F{}()), true)>
constexpr bool is_constant(F) {
    return true;
}
constexpr bool is_constant(...) {
    return false;
}

}  // namespace x86_test
