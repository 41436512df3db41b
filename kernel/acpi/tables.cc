#include "acpi/tables.h"

#include <algorithm>
#include <array>

#include "lib/panic.h"

namespace acpi {

namespace {

using x86::PhysicalAddress;
using Bytes = std::span<const std::byte>;

/// The root system description pointer. [acpi 5.2.5.3] The XSDT's address is not aligned by itself,
/// hence two halves.
struct Rsdp {
    std::array<char, 8> signature;
    std::uint8_t checksum;  // makes the sum of the first 20 bytes 0
    std::array<char, 6> oem_id;
    std::uint8_t revision;
    std::uint32_t rsdt;  // 32-bit addresses of tables; 0 = absent
    std::uint32_t length;
    std::uint32_t xsdt_low;  // 64-bit addresses, from revision 2 on; 0 = absent
    std::uint32_t xsdt_high;
    std::array<std::uint8_t, 4> checksum_and_reserved;
};
static_assert(sizeof(Rsdp) == boot::rsdp_size && offsetof(Rsdp, rsdt) == 16);
constexpr std::size_t rsdp_size_v1 = 20;
constexpr std::uint8_t first_revision_with_xsdt = 2;

struct TableHeader {
    std::array<char, 4> signature;
    std::uint32_t length;  // of the whole table, this header included
};

/// The largest tables, DSDTs, have a few hundred KiB. A corrupted length must not cost more.
constexpr std::uint32_t max_table_length = 4 * 1024 * 1024;

/// Whether the sum of all bytes is 0 modulo 256, as in every sound structure of ACPI. [acpi 5.2.6]
bool sum_is_right(Bytes bytes) {
    unsigned sum = 0;
    for (const std::byte byte : bytes) {
        sum += std::to_integer<unsigned>(byte);
    }
    return sum % 256 == 0;
}

/// All bytes of the table at `address`; nothing unless signature, length and checksum are right.
std::optional<Bytes> read_table(const lib::PhysicalMemory& memory, PhysicalAddress address,
                                std::string_view signature) {
    const auto header = memory.read<TableHeader>(address);
    if (!header || !std::ranges::equal(header->signature, signature) ||
        header->length < table_header_size || header->length > max_table_length) {
        return std::nullopt;
    }
    const Bytes table = memory.at(address, header->length);
    return !table.empty() && sum_is_right(table) ? std::optional(table) : std::nullopt;
}

/// What the loader tells of the RSDP, its checksum found right.
Rsdp read_rsdp(const lib::PhysicalMemory& memory, const boot::BootInfo& boot_info) {
    Bytes bytes = boot_info.rsdp_copy;
    if (bytes.empty()) {
        // One of ACPI 1.0 may end where memory does.
        bytes = memory.at(boot_info.rsdp, sizeof(Rsdp));
        bytes = bytes.empty() ? memory.at(boot_info.rsdp, rsdp_size_v1) : bytes;
    }
    std::array<std::byte, sizeof(Rsdp)> whole{};
    std::ranges::copy(bytes.first(std::min(bytes.size(), whole.size())), whole.begin());
    const Rsdp rsdp = *lib::read_as<Rsdp>(whole);
    if (!std::ranges::equal(rsdp.signature, std::string_view("RSD PTR ")) ||
        !sum_is_right(Bytes(whole).first(rsdp_size_v1))) {
        lib::panic("ACPI: the loader names no sound RSDP");
    }
    return rsdp;
}

}  // namespace

Tables::Tables(const lib::PhysicalMemory& memory, const boot::BootInfo& boot_info)
    : memory_(&memory) {
    const Rsdp rsdp = read_rsdp(memory, boot_info);
    const PhysicalAddress xsdt{std::uint64_t{rsdp.xsdt_high} << 32 | rsdp.xsdt_low};
    auto list =
        rsdp.revision >= first_revision_with_xsdt ? read_table(memory, xsdt, "XSDT") : std::nullopt;
    address_size_ = sizeof(std::uint64_t);
    if (!list) {
        list = read_table(memory, PhysicalAddress{rsdp.rsdt}, "RSDT");
        address_size_ = sizeof(std::uint32_t);
    }
    if (!list) {
        lib::panic("ACPI: the RSDP leads to no sound list of tables");
    }
    addresses_ = list->subspan(table_header_size);
}

std::optional<Bytes> Tables::find(std::string_view signature) const {
    for (std::size_t index = 0; index != count(); ++index) {
        if (const auto table = read_table(*memory_, address_of(index), signature)) {
            return table;
        }
    }
    return std::nullopt;
}

PhysicalAddress Tables::address_of(std::size_t index) const {
    const std::size_t at = index * address_size_;
    return PhysicalAddress{address_size_ == sizeof(std::uint64_t)
                               ? *lib::read_as<std::uint64_t>(addresses_, at)
                               : *lib::read_as<std::uint32_t>(addresses_, at)};
}

}  // namespace acpi
