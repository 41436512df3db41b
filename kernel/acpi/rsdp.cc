#include "acpi/rsdp.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "acpi/checksum.h"
#include "lib/read_as.h"

namespace acpi {
namespace {

using lib::Error;
using lib::Result;
using x86::PhysicalAddress;

constexpr std::string_view rsdp_signature = "RSD PTR ";

struct RsdpV1 {
    std::array<char, 8> signature;
    std::uint8_t checksum;  // makes the sum of these 20 bytes 0
    std::array<char, 6> oem_id;
    std::uint8_t revision;
    std::uint32_t rsdt;
};
static_assert(sizeof(RsdpV1) == 20 && offsetof(RsdpV1, rsdt) == 16);

/// What revision 2 has after it. Two halves, because the XSDT's address is not aligned by itself.
struct RsdpV2 {
    std::uint32_t length;
    std::uint32_t xsdt_low;
    std::uint32_t xsdt_high;
    std::uint8_t checksum;  // makes the sum of all `length` bytes 0
    std::array<std::uint8_t, 3> reserved;
};
static_assert(sizeof(RsdpV2) == 16);

constexpr std::size_t size_v2 = sizeof(RsdpV1) + sizeof(RsdpV2);
constexpr std::uint8_t first_revision_with_xsdt = 2;

bool has_signature(const lib::PhysicalMemory& memory, PhysicalAddress address) {
    const auto found = memory.read<std::array<char, 8>>(address);
    return found && std::ranges::equal(*found, rsdp_signature);
}

struct Range {
    PhysicalAddress base;
    std::uint64_t length;
};

/// Nothing if the BIOS data area names no plausible EBDA: it lies below the video memory at 640
/// KiB.
Range ebda(const lib::PhysicalMemory& memory) {
    const auto segment = memory.read<std::uint16_t>(PhysicalAddress{0x40e});
    const std::uint64_t base = std::uint64_t{segment.value_or(0)} << 4;
    return base >= 0x500 && base < 0xa0000 ? Range{PhysicalAddress{base}, 1024} : Range{};
}

}  // namespace

Result<Rsdp> parse_rsdp(std::span<const std::byte> bytes) {
    const auto v1 = lib::read_as<RsdpV1>(bytes);
    if (!v1) {
        return Error("ACPI: the RSDP is cut short, at {} bytes", bytes.size());
    }
    if (!std::ranges::equal(v1->signature, rsdp_signature)) {
        return Error("ACPI: the RSDP does not begin with its signature");
    }
    if (const std::uint8_t sum = sum_of(bytes.first(sizeof(RsdpV1)))) {
        return Error("ACPI: the RSDP's checksum is wrong (sum {:#x})", sum);
    }
    Rsdp rsdp{.rsdt = PhysicalAddress{v1->rsdt}, .xsdt = {}};
    if (v1->revision < first_revision_with_xsdt) {
        return rsdp;
    }
    const auto v2 = lib::read_as<RsdpV2>(bytes, sizeof(RsdpV1));
    if (!v2 || v2->length < size_v2 || v2->length > bytes.size()) {
        return Error("ACPI: the RSDP of revision {} is cut short, at {} bytes", v1->revision,
                     bytes.size());
    }
    if (const std::uint8_t sum = sum_of(bytes.first(v2->length))) {
        return Error("ACPI: the RSDP's extended checksum is wrong (sum {:#x})", sum);
    }
    rsdp.xsdt = PhysicalAddress{std::uint64_t{v2->xsdt_high} << 32 | v2->xsdt_low};
    return rsdp;
}

Result<Rsdp> read_rsdp(const lib::PhysicalMemory& memory, PhysicalAddress address) {
    const auto v1 = memory.read<RsdpV1>(address);
    const bool has_xsdt = v1 && v1->revision >= first_revision_with_xsdt;
    const auto bytes = memory.at(address, has_xsdt ? size_v2 : sizeof(RsdpV1));
    if (bytes.empty()) {
        return Error("ACPI: the RSDP at {} cannot be read", address);
    }
    return parse_rsdp(bytes);
}

Result<Rsdp> find_rsdp(const lib::PhysicalMemory& memory) {
    Result<Rsdp> result =
        Error("ACPI: there is no RSDP, neither in the EBDA nor in 0xe0000..0xfffff");
    const std::array places{ebda(memory), Range{PhysicalAddress{0xe0000}, 0x20000}};
    for (const Range& place : places) {
        for (std::uint64_t offset = 0; offset < place.length; offset += 16) {
            if (has_signature(memory, place.base + offset)) {
                result = read_rsdp(memory, place.base + offset);
                if (result) {
                    return result;
                }
            }
        }
    }
    return result;
}

}  // namespace acpi
