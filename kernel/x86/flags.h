// A register or a word that is a set of independent bits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace x86 {

/// States what a caller must guarantee. Broken in a constant expression, it does not compile;
/// broken at run time, it stops at that place with #UD, because nothing here may depend on a panic.
constexpr void expect(bool condition) {
    if (!condition) {
        __builtin_trap();
    }
}

/// The word whose only set bit is `number`, 0..63, counted as the manuals count.
constexpr std::uint64_t bit(unsigned number) {
    expect(number < 64);
    return std::uint64_t{1} << number;
}

/// A set of bits. `Tag` keeps the sets of different registers apart: a bit of CR4 cannot be put
/// into CR0. `raw` is what the processor sees, bits without a name included.
template <class Tag, class Raw = std::uint64_t>
struct Flags {
    Raw raw = 0;

    /// True if every bit of `flags` is set.
    constexpr bool has(Flags flags) const { return (raw & flags.raw) == flags.raw; }
    /// True if at least one bit of `flags` is set.
    constexpr bool any(Flags flags) const { return (raw & flags.raw) != 0; }

    constexpr Flags operator|(Flags other) const { return {static_cast<Raw>(raw | other.raw)}; }
    constexpr Flags operator&(Flags other) const { return {static_cast<Raw>(raw & other.raw)}; }
    constexpr Flags operator^(Flags other) const { return {static_cast<Raw>(raw ^ other.raw)}; }
    constexpr Flags operator~() const { return {static_cast<Raw>(~raw)}; }
    constexpr Flags& operator|=(Flags other) { return *this = *this | other; }
    constexpr Flags& operator&=(Flags other) { return *this = *this & other; }
    constexpr bool operator==(const Flags&) const = default;
};

/// The flag at position `number`: `flag<Cr0>(16)`.
template <class F>
constexpr F flag(unsigned number) {
    expect(number < 8 * sizeof(F));
    return F{static_cast<decltype(F::raw)>(bit(number))};
}

/// A flag and the manual's name for it, for messages.
template <class F>
struct NamedFlag {
    F flag;
    std::string_view name;
};

/// The manual's name for `wanted`, a single flag; "?" where `names` has none.
template <class F, std::size_t count>
constexpr std::string_view name_of(F wanted, const std::array<NamedFlag<F>, count>& names) {
    for (const NamedFlag<F>& named : names) {
        if (named.flag == wanted) {
            return named.name;
        }
    }
    return "?";
}

static_assert(bit(0) == 1 && bit(63) == 0x8000000000000000);

}  // namespace x86
