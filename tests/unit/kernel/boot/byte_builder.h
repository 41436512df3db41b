#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <string_view>

#include "tests/unit/kernel/boot/fake_physical_memory.h"

namespace test {

/// Writes firmware's structures byte by byte: `ByteBuilder().u32(8).text("RSDT")`.
class ByteBuilder {
  public:
    ByteBuilder& u8(std::uint8_t value) { return number(value); }
    ByteBuilder& u16(std::uint16_t value) { return number(value); }
    ByteBuilder& u32(std::uint32_t value) { return number(value); }
    ByteBuilder& u64(std::uint64_t value) { return number(value); }
    ByteBuilder& text(std::string_view value) {
        for (const char character : value) {
            number(static_cast<std::uint8_t>(character));
        }
        return *this;
    }
    ByteBuilder& append(const Bytes& bytes) {
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
        return *this;
    }
    ByteBuilder& zeros(std::size_t count) {
        bytes_.resize(bytes_.size() + count);
        return *this;
    }
    ByteBuilder& align(std::size_t alignment) {
        return zeros((alignment - bytes_.size() % alignment) % alignment);
    }

    const Bytes& bytes() const { return bytes_; }
    std::size_t size() const { return bytes_.size(); }

  private:
    template <std::unsigned_integral T>
    ByteBuilder& number(T value) {
        for (std::size_t i = 0; i != sizeof(T); ++i) {
            bytes_.push_back(static_cast<std::byte>(static_cast<std::uint64_t>(value) >> (8 * i)));
        }
        return *this;
    }

    Bytes bytes_;
};

/// Overwrites the bytes at `offset`.
template <std::unsigned_integral T>
void put(Bytes& bytes, std::size_t offset, T value) {
    std::memcpy(&bytes.at(offset + sizeof(T) - 1) - (sizeof(T) - 1), &value, sizeof(T));
}

/// Sets the byte at `offset` so that the first `size` bytes have the sum 0.
inline void fix_checksum(Bytes& bytes, std::size_t offset, std::size_t size) {
    bytes.at(offset) = std::byte{0};
    unsigned sum = 0;
    for (std::size_t i = 0; i != size; ++i) {
        sum += std::to_integer<unsigned>(bytes.at(i));
    }
    bytes[offset] = static_cast<std::byte>(0x100 - (sum & 0xff));
}

}  // namespace test
