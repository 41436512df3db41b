#pragma once

#include <cstdint>

#include "acpi/tables.h"
#include "lib/result.h"

namespace acpi {

/// How to switch this machine off: two ports (0 = absent), what their SLP_TYP fields must be, and
/// how the machine enters ACPI mode, without which it may ignore both.
struct PowerOff {
    std::uint16_t pm1a_control = 0;
    std::uint16_t pm1b_control = 0;
    std::uint8_t sleep_type_a = 0;
    std::uint8_t sleep_type_b = 0;
    std::uint16_t smi_command = 0;  // 0: it always is in ACPI mode
    std::uint8_t acpi_enable = 0;
};

/// Puts it together from the FADT's ports and the DSDT's \_S5. [acpi 4.8.3.2, 7.4.2]
lib::Result<PowerOff> find_power_off(const Tables& tables);

constexpr std::uint16_t pm1_control_sci_enabled = 1 << 0;    // SCI_EN: ACPI mode
constexpr std::uint16_t pm1_control_sleep_enable = 1 << 13;  // SLP_EN: go to sleep now

/// The PM1 control register's new value: the sleep of this type begins, other bits stay.
constexpr std::uint16_t begin_sleep(std::uint16_t control, std::uint8_t sleep_type) {
    constexpr unsigned type_shift = 10;
    constexpr unsigned type_mask = 7u << type_shift;
    return static_cast<std::uint16_t>(
        (control & ~type_mask) | (unsigned{sleep_type} << type_shift) | pm1_control_sleep_enable);
}
static_assert(begin_sleep(0x0001, 5) == 0x3401);
static_assert(begin_sleep(0x1c01, 0) == 0x2001);

/// Switches the machine off. Returns only if it is still running about a second later (or at once
/// where `how` names no port): what then is left to do, such as halting, is the caller's.
void power_off(const PowerOff& how);

}  // namespace acpi
