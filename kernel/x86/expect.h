// Preconditions of this folder's constructors.
#pragma once

namespace x86 {

/// States what a caller must guarantee. Broken in a constant expression, it does not compile;
/// broken at run time, it stops at that place with #UD, because nothing here may depend on a panic.
constexpr void expect(bool condition) {
    if (!condition) {
        __builtin_trap();
    }
}

}  // namespace x86
