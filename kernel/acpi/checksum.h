#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace acpi {

/// The sum of all bytes, modulo 256: 0 for every sound structure of ACPI. [acpi 5.2.6]
constexpr std::uint8_t sum_of(std::span<const std::byte> bytes) {
    unsigned sum = 0;
    for (const std::byte byte : bytes) {
        sum += std::to_integer<unsigned>(byte);
    }
    return static_cast<std::uint8_t>(sum);
}

}  // namespace acpi
