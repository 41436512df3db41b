#include "acpi/table.h"

#include <algorithm>

#include "acpi/checksum.h"

namespace acpi {

using lib::Error;

std::string_view table_name(std::string_view signature) {
    if (signature == "APIC") {
        return "MADT";
    }
    return signature == "FACP" ? "FADT" : signature;
}

lib::Result<std::span<const std::byte>> read_table(const lib::PhysicalMemory& memory,
                                                   x86::PhysicalAddress address,
                                                   std::string_view signature) {
    const std::string_view name = table_name(signature);
    const auto header = memory.read<TableHeader>(address);
    if (!header) {
        return Error("ACPI: the {} at {} cannot be read", name, address);
    }
    if (!std::ranges::equal(header->signature, signature)) {
        return Error("ACPI: what should be the {} at {} has another signature", name, address);
    }
    if (header->length < sizeof(TableHeader) || header->length > max_table_length) {
        return Error("ACPI: the {} at {} says it has {} bytes", name, address, header->length);
    }
    const auto table = memory.at(address, header->length);
    if (table.size() != header->length) {
        return Error("ACPI: the {}'s {} bytes at {} cannot all be read", name, header->length,
                     address);
    }
    if (const std::uint8_t sum = sum_of(table)) {
        return Error("ACPI: the {}'s checksum is wrong (sum {:#x})", name, sum);
    }
    return table;
}

}  // namespace acpi
