#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "lib/physical_memory.h"

/// Physical memory from address 0 on, to write into.
class MemoryImage final : public lib::PhysicalMemory {
  public:
    explicit MemoryImage(std::size_t size) : bytes_(size) {}

    std::span<const std::byte> at(x86::PhysicalAddress address, std::size_t size) const override {
        if (address.raw > bytes_.size() || size > bytes_.size() - address.raw) {
            return {};
        }
        return std::span{bytes_}.subspan(address.raw, size);
    }

    template <class T>
    void put(std::uint64_t address, const T& value) {
        std::memcpy(&bytes_.at(address + sizeof(T) - 1) - (sizeof(T) - 1), &value, sizeof(T));
    }

  private:
    std::vector<std::byte> bytes_;
};
