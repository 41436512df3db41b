#include "acpi/fadt.h"

#include "lib/read_as.h"

namespace acpi {
namespace {

using lib::Error;
using lib::read_as;

// Offsets in the table. [acpi 5.2.9, table 5.9]
namespace offset {
constexpr std::size_t dsdt = 40;
constexpr std::size_t smi_command = 48;
constexpr std::size_t acpi_enable = 52;
constexpr std::size_t pm1a_control_block = 64;
constexpr std::size_t pm1b_control_block = 68;
constexpr std::size_t x_dsdt = 140;
constexpr std::size_t x_pm1a_control_block = 172;
constexpr std::size_t x_pm1b_control_block = 184;
}  // namespace offset

constexpr std::size_t size_v1 = 116;

/// Where a register is. [acpi 5.2.3.2]
struct GenericAddress {
    std::uint8_t space;
    std::uint8_t bit_width;
    std::uint8_t bit_offset;
    std::uint8_t access_size;
    std::uint32_t address_low;
    std::uint32_t address_high;
};
static_assert(sizeof(GenericAddress) == 12);
constexpr std::uint8_t system_io = 1;

/// The I/O port of a register block, 0 if neither field names one.
std::uint16_t port_at(std::span<const std::byte> table, std::size_t field, std::size_t x_field) {
    const auto wide = read_as<GenericAddress>(table, x_field);
    if (wide && wide->space == system_io && wide->address_high == 0 && wide->address_low != 0 &&
        wide->address_low <= UINT16_MAX) {
        return static_cast<std::uint16_t>(wide->address_low);
    }
    const auto narrow = read_as<std::uint32_t>(table, field);
    return narrow && *narrow <= UINT16_MAX ? static_cast<std::uint16_t>(*narrow) : std::uint16_t{0};
}

x86::PhysicalAddress dsdt_of(std::span<const std::byte> table) {
    const auto wide = read_as<std::uint64_t>(table, offset::x_dsdt);
    return x86::PhysicalAddress{wide && *wide != 0 ? *wide
                                                   : *read_as<std::uint32_t>(table, offset::dsdt)};
}

}  // namespace

lib::Result<Fadt> parse_fadt(std::span<const std::byte> table) {
    if (table.size() < size_v1) {
        return Error("ACPI: the FADT is cut short, at {} bytes", table.size());
    }
    const auto smi_port = *read_as<std::uint32_t>(table, offset::smi_command);
    const Fadt fadt{
        .dsdt = dsdt_of(table),
        .pm1a_control = port_at(table, offset::pm1a_control_block, offset::x_pm1a_control_block),
        .pm1b_control = port_at(table, offset::pm1b_control_block, offset::x_pm1b_control_block),
        .smi_command = static_cast<std::uint16_t>(smi_port <= UINT16_MAX ? smi_port : 0),
        .acpi_enable = *read_as<std::uint8_t>(table, offset::acpi_enable),
    };
    if (fadt.dsdt == x86::PhysicalAddress{}) {
        return Error("ACPI: the FADT names no DSDT");
    }
    if (fadt.pm1a_control == 0) {
        return Error("ACPI: the FADT names no port for the PM1a control block");
    }
    return fadt;
}

}  // namespace acpi
