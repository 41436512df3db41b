#include "acpi/power_off.h"

#include "instructions.h"

namespace acpi {

namespace {

constinit std::uint16_t control_port = 0;

}  // namespace

std::uint16_t pm1a_control_port(std::span<const std::byte> fadt) {
    constexpr std::size_t pm1a_control_block = 64;
    const auto port = lib::read_as<std::uint32_t>(fadt, pm1a_control_block);
    return port && *port <= UINT16_MAX ? static_cast<std::uint16_t>(*port) : std::uint16_t{0};
}

void find_power_switch(const Tables& tables) {
    if (const auto fadt = tables.find("FACP")) {
        control_port = pm1a_control_port(*fadt);
    }
}

void power_off() {
    if (control_port == 0) {
        return;
    }
    // The machine may take its time. It is to be found here then, not in a handler that came
    // in between. A read of the port takes about a microsecond.
    instructions::cli();
    instructions::out16(control_port, pm1_control_sci_enabled | pm1_control_sleep_enable);
    for (unsigned reads = 0; reads != 1'000'000; ++reads) {
        instructions::in16(control_port);
    }
}

}  // namespace acpi
