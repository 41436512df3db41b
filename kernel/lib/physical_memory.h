// Reading bytes that came from somewhere else, as structures.
#pragma once

#include <cstddef>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>

#include "x86/address.h"

namespace lib {

/// A copy of the T that begins `offset` bytes into `bytes`, which need not be aligned; nothing if
/// they end before it does. Firmware's structures are read with this alone, never by a cast.
template <class T>
requires std::is_trivially_copyable_v<T> std::optional<T> read_as(std::span<const std::byte> bytes,
                                                                  std::size_t offset = 0) {
    if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) {
        return std::nullopt;
    }
    T value;
    std::memcpy(&value, bytes.data() + offset, sizeof(T));
    return value;
}

/// Physical memory as something to read from. The kernel's is a mapping; the checker's is the
/// guest's memory file; a test's is an array. Parsers of firmware tables depend on this alone.
class PhysicalMemory {
  public:
    /// The `size` bytes at `address`, or an empty span if any of them cannot be read.
    virtual std::span<const std::byte> at(x86::PhysicalAddress address, std::size_t size) const = 0;

    /// A copy of the T at `address`, which need not be aligned; nothing if it cannot be read.
    template <class T>
    requires std::is_trivially_copyable_v<T> std::optional<T> read(x86::PhysicalAddress address)
    const { return read_as<T>(at(address, sizeof(T))); }

  protected:
    ~PhysicalMemory() = default;  // never deleted through this class: the kernel has no such delete
};

}  // namespace lib
