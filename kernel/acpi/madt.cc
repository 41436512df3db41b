#include "acpi/madt.h"

#include <algorithm>

#include "console/print.h"
#include "lib/panic.h"

namespace acpi {

namespace {

/// After the table's header: the local APICs' address and flags.
constexpr std::size_t fields_size = 8;

enum class EntryType : std::uint8_t { local_apic = 0, local_x2apic = 9 };

struct EntryHeader {
    EntryType type;
    std::uint8_t length;  // this header included
};

struct LocalApic {
    EntryHeader header;
    std::uint8_t processor_uid;
    std::uint8_t apic_id;
    std::uint32_t flags;
};
static_assert(sizeof(LocalApic) == 8);

struct LocalX2Apic {
    EntryHeader header;
    std::uint16_t reserved;
    std::uint32_t apic_id;
    std::uint32_t flags;
    std::uint32_t processor_uid;
};
static_assert(sizeof(LocalX2Apic) == 16);

constexpr std::uint32_t flag_enabled = 1 << 0;

/// Firmware may list one processor as local APIC and as local x2APIC: then it is one. The IDs that
/// mean "all processors" in an interrupt command are no processor's.
template <class Entry>
void add(Processors& processors, std::span<const std::byte> bytes) {
    const auto entry = lib::read_as<Entry>(bytes);
    if (!entry) {
        lib::panic("ACPI: a processor's entry in the MADT has only {} bytes", bytes.size());
    }
    if (entry->apic_id == static_cast<decltype(entry->apic_id)>(-1)) {
        return;
    }
    const bool enabled = (entry->flags & flag_enabled) != 0;
    auto* const known =
        std::ranges::find(processors, std::uint32_t{entry->apic_id}, &Processor::apic_id);
    if (known != processors.end()) {
        known->enabled |= enabled;
    } else if (!processors.try_push_back({entry->apic_id, enabled})) {
        lib::panic("ACPI: the MADT lists more than {} processors", max_processors);
    }
}

}  // namespace

Processors find_processors(const Tables& tables) {
    const auto table = tables.find("APIC");
    if (!table) {
        lib::panic("ACPI: there is no MADT among the {} tables", tables.count());
    }
    const Processors processors = parse_madt(*table);
    console::print("acpi: {} processors listed\n", processors.size());
    return processors;
}

Processors parse_madt(std::span<const std::byte> table) {
    if (table.size() < table_header_size + fields_size) {
        lib::panic("ACPI: the MADT is cut short, at {} bytes", table.size());
    }
    Processors processors;
    for (auto rest = table.subspan(table_header_size + fields_size); !rest.empty();) {
        const auto entry = lib::read_as<EntryHeader>(rest);
        if (!entry || entry->length < sizeof(EntryHeader) || entry->length > rest.size()) {
            lib::panic("ACPI: a MADT entry says it has {} bytes, where {} are left",
                       entry ? entry->length : 0, rest.size());
        }
        const auto bytes = rest.first(entry->length);
        if (entry->type == EntryType::local_apic) {
            add<LocalApic>(processors, bytes);
        } else if (entry->type == EntryType::local_x2apic) {
            add<LocalX2Apic>(processors, bytes);
        }
        rest = rest.subspan(entry->length);
    }
    return processors;
}

}  // namespace acpi
