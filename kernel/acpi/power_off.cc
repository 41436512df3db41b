// The one file of acpi/ with instructions, and so the one that host tests leave out.
#include "acpi/power.h"
#include "instructions.h"

namespace acpi {
namespace {

/// Reading a port takes about a microsecond on real machines, so this is a second at most.
constexpr unsigned max_reads = 1'000'000;
/// Emulators change modes at once, or (QEMU with smm=off) never.
constexpr unsigned max_mode_reads = 10'000;

/// Hands the power management from the firmware to us. [acpi 16.3.1]
void enter_acpi_mode(const PowerOff& how) {
    if (how.smi_command == 0 || how.acpi_enable == 0) {
        return;
    }
    const auto in_acpi_mode = [&how] {
        return (instructions::in16(how.pm1a_control) & pm1_control_sci_enabled) != 0;
    };
    if (in_acpi_mode()) {
        return;
    }
    instructions::out8(how.smi_command, how.acpi_enable);
    for (unsigned reads = 0; reads != max_mode_reads && !in_acpi_mode(); ++reads) {
    }
}

void sleep(std::uint16_t control_port, std::uint8_t sleep_type) {
    if (control_port != 0) {
        const std::uint16_t control = instructions::in16(control_port);
        instructions::out16(control_port, begin_sleep(control, sleep_type));
    }
}

}  // namespace

void power_off(const PowerOff& how) {
    if (how.pm1a_control == 0) {
        return;
    }
    enter_acpi_mode(how);
    sleep(how.pm1a_control, how.sleep_type_a);
    sleep(how.pm1b_control, how.sleep_type_b);
    for (unsigned reads = 0; reads != max_reads; ++reads) {
        instructions::in16(how.pm1a_control);
    }
}

}  // namespace acpi
