#pragma once

#include <cstddef>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>

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

}  // namespace lib
