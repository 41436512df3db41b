// Switching the machine off.
#pragma once

#include <cstdint>
#include <span>

#include "acpi/tables.h"

namespace acpi {

/// The PM1 control register. [acpi 4.8.3.2.1]
inline constexpr std::uint16_t pm1_control_sci_enabled = 1 << 0;    // SCI_EN: ACPI mode
inline constexpr std::uint16_t pm1_control_sleep_enable = 1 << 13;  // SLP_EN: go to sleep now

/// The I/O port of the PM1a control register, from the FADT; 0 where the table names none.
/// [acpi 5.2.9]
std::uint16_t pm1a_control_port(std::span<const std::byte> fadt);

/// Keeps the port for power_off(). A machine that has none halts instead, which is no reason not to
/// boot.
void find_power_switch(const Tables& tables);

/// Switches the machine off, and returns only where that does not work: at once without a port, or
/// about a second later. Which sleep type is "off" the DSDT says, in a language of its own; for the
/// chips of QEMU and Bochs it is 0, and no other machine is known to want this kernel.
void power_off();

}  // namespace acpi
