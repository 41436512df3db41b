#include "acpi/tables.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "lib/read_as.h"

namespace acpi {

using lib::Error;
using lib::Result;
using x86::PhysicalAddress;

Result<Tables> Tables::open(const lib::PhysicalMemory& memory, const Rsdp& rsdp) {
    constexpr PhysicalAddress absent{};
    std::optional<Error> broken_xsdt;
    if (rsdp.xsdt != absent) {
        const auto xsdt = read_table(memory, rsdp.xsdt, "XSDT");
        if (xsdt) {
            return Tables(memory, xsdt->subspan(sizeof(TableHeader)), sizeof(std::uint64_t));
        }
        broken_xsdt = xsdt.error();
    }
    if (rsdp.rsdt == absent) {
        return broken_xsdt.value_or(Error("ACPI: the RSDP names neither an XSDT nor an RSDT"));
    }
    const auto rsdt = read_table(memory, rsdp.rsdt, "RSDT");
    if (!rsdt) {
        return rsdt.error();
    }
    return Tables(memory, rsdt->subspan(sizeof(TableHeader)), sizeof(std::uint32_t));
}

Result<Tables> Tables::open(const lib::PhysicalMemory& memory, std::span<const std::byte> rsdp_copy,
                            PhysicalAddress rsdp) {
    const Result<Rsdp> found = !rsdp_copy.empty()          ? parse_rsdp(rsdp_copy)
                               : rsdp != PhysicalAddress{} ? read_rsdp(memory, rsdp)
                                                           : find_rsdp(memory);
    if (!found) {
        return found.error();
    }
    return open(memory, *found);
}

Result<std::span<const std::byte>> Tables::find(std::string_view signature) const {
    for (std::size_t index = 0; index != count(); ++index) {
        const PhysicalAddress address = address_of(index);
        const auto found = memory_->read<std::array<char, 4>>(address);
        if (found && std::ranges::equal(*found, signature)) {
            return read_table(*memory_, address, signature);
        }
    }
    return Error("ACPI: there is no {} among the {} tables", table_name(signature), count());
}

PhysicalAddress Tables::address_of(std::size_t index) const {
    if (address_size_ == sizeof(std::uint64_t)) {
        return PhysicalAddress{*lib::read_as<std::uint64_t>(addresses_, index * address_size_)};
    }
    return PhysicalAddress{*lib::read_as<std::uint32_t>(addresses_, index * address_size_)};
}

}  // namespace acpi
