#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "lib/result.h"

namespace acpi {

/// What the SLP_TYP fields of the two control registers must be for S5, "soft off": 0..7 each.
struct SleepTypes {
    std::uint8_t pm1a = 0;
    std::uint8_t pm1b = 0;
};

/// Finds the definition `Name (\_S5, Package () {pm1a, pm1b, ...})` in a DSDT's code and reads its
/// first two integers. [acpi 7.4.2, 20.2] This looks for the bytes of the definition; it does not
/// interpret what stands around them, which for this name nobody needs to.
lib::Result<SleepTypes> find_soft_off(std::span<const std::byte> aml);

}  // namespace acpi
