// Physical and virtual addresses, which must not be mistaken for each other.
#pragma once

#include <compare>
#include <cstdint>

#include "x86/flags.h"

namespace x86 {

enum class AddressSpace { physical, virtual_ };

/// A byte address. Made from a number only explicitly; one space does not convert to the other,
/// because only the memory's map (kernel/memory) knows how they correspond.
template <AddressSpace space>
struct Address {
    std::uint64_t raw = 0;

    constexpr Address() = default;
    constexpr explicit Address(std::uint64_t value) : raw(value) {}

    constexpr Address operator+(std::uint64_t bytes) const { return Address{raw + bytes}; }
    constexpr Address operator-(std::uint64_t bytes) const { return Address{raw - bytes}; }
    constexpr std::uint64_t operator-(Address other) const { return raw - other.raw; }
    constexpr Address& operator+=(std::uint64_t bytes) { return *this = *this + bytes; }
    constexpr Address& operator-=(std::uint64_t bytes) { return *this = *this - bytes; }
    constexpr auto operator<=>(const Address&) const = default;
};

using PhysicalAddress = Address<AddressSpace::physical>;
using VirtualAddress = Address<AddressSpace::virtual_>;

/// Rounds to a multiple of `alignment`, a power of two. Rounding up must not pass 2^64.
constexpr std::uint64_t align_down(std::uint64_t value, std::uint64_t alignment) {
    expect(alignment != 0 && (alignment & (alignment - 1)) == 0);
    return value & ~(alignment - 1);
}
constexpr std::uint64_t align_up(std::uint64_t value, std::uint64_t alignment) {
    const std::uint64_t down = align_down(value, alignment);
    return down == value ? value : down + alignment;
}
constexpr bool is_aligned(std::uint64_t value, std::uint64_t alignment) {
    return align_down(value, alignment) == value;
}

template <AddressSpace space>
constexpr Address<space> align_down(Address<space> address, std::uint64_t alignment) {
    return Address<space>{align_down(address.raw, alignment)};
}
template <AddressSpace space>
constexpr Address<space> align_up(Address<space> address, std::uint64_t alignment) {
    return Address<space>{align_up(address.raw, alignment)};
}
template <AddressSpace space>
constexpr bool is_aligned(Address<space> address, std::uint64_t alignment) {
    return is_aligned(address.raw, alignment);
}

/// True if bits 63..47 are equal, as four-level paging demands; the use of any other address raises
/// #GP (or #SS) before a walk begins. [sdm1 3.3.7.1]
constexpr bool is_canonical(VirtualAddress address) {
    const std::uint64_t high = address.raw >> 47;
    return high == 0 || high == 0x1ffff;
}

/// The virtual address of an object of this program.
inline VirtualAddress address_of(const volatile void* object) {
    return VirtualAddress{reinterpret_cast<std::uintptr_t>(object)};
}

/// The object at a virtual address of this program.
template <class T>
T* pointer_to(VirtualAddress address) {
    return reinterpret_cast<T*>(static_cast<std::uintptr_t>(address.raw));
}

static_assert(is_canonical(VirtualAddress{0x00007fffffffffff}));
static_assert(!is_canonical(VirtualAddress{0x0000800000000000}));
static_assert(!is_canonical(VirtualAddress{0xffff7fffffffffff}));
static_assert(is_canonical(VirtualAddress{0xffff800000000000}));
static_assert(align_up(0x1001, 0x1000) == 0x2000 && align_up(0x2000, 0x1000) == 0x2000);

}  // namespace x86
