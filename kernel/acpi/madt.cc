#include "acpi/madt.h"

#include <algorithm>

#include "acpi/table.h"
#include "lib/read_as.h"

namespace acpi {
namespace {

using lib::Error;
using lib::MaybeError;
using lib::read_as;

struct MadtFields {
    std::uint32_t local_apic;
    std::uint32_t flags;
};
constexpr std::uint32_t pcat_compatible = 1 << 0;

enum class EntryType : std::uint8_t {
    local_apic = 0,
    local_apic_address_override = 5,
    local_x2apic = 9,
};

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

/// The address, which is not aligned by itself, in two halves.
struct LocalApicAddressOverride {
    EntryHeader header;
    std::uint16_t reserved;
    std::uint32_t address_low;
    std::uint32_t address_high;
};
static_assert(sizeof(LocalApicAddressOverride) == 12);

constexpr std::uint32_t flag_enabled = 1 << 0;
constexpr std::uint32_t flag_online_capable = 1 << 1;
// Numbers that mean "all processors" in an interrupt command, so that no processor can have them.
constexpr std::uint32_t xapic_broadcast = 0xff;
constexpr std::uint32_t x2apic_broadcast = 0xffffffff;

/// Firmware may list one processor as local APIC and as local x2APIC: then it is one that can be
/// reached either way.
MaybeError add(Madt& madt, std::uint32_t apic_id, std::uint32_t flags, bool x2apic) {
    const bool enabled = (flags & flag_enabled) != 0;
    const bool online_capable = !enabled && (flags & flag_online_capable) != 0;
    auto* const known = std::ranges::find(madt.processors, apic_id, &ProcessorEntry::apic_id);
    if (known != madt.processors.end()) {
        known->enabled |= enabled;
        known->online_capable = !known->enabled && (known->online_capable || online_capable);
        known->x2apic &= x2apic;
    } else if (!madt.processors.try_push_back({apic_id, enabled, online_capable, x2apic})) {
        return Error("ACPI: the MADT lists more than {} processors", max_processors);
    }
    return std::nullopt;
}

/// `entry` is exactly as long as its own header says.
MaybeError read_entry(EntryType type, std::span<const std::byte> entry, Madt& madt) {
    switch (type) {
        case EntryType::local_apic:
            if (const auto apic = read_as<LocalApic>(entry)) {
                return apic->apic_id == xapic_broadcast
                           ? std::nullopt
                           : add(madt, apic->apic_id, apic->flags, false);
            }
            break;
        case EntryType::local_x2apic:
            if (const auto apic = read_as<LocalX2Apic>(entry)) {
                return apic->apic_id == x2apic_broadcast
                           ? std::nullopt
                           : add(madt, apic->apic_id, apic->flags, true);
            }
            break;
        case EntryType::local_apic_address_override:
            if (const auto wide = read_as<LocalApicAddressOverride>(entry)) {
                madt.local_apic = x86::PhysicalAddress{std::uint64_t{wide->address_high} << 32 |
                                                       wide->address_low};
                return std::nullopt;
            }
            break;
        default:
            return std::nullopt;
    }
    return Error("ACPI: a MADT entry of type {} has only {} bytes", static_cast<std::uint8_t>(type),
                 entry.size());
}

}  // namespace

lib::Result<Madt> parse_madt(std::span<const std::byte> table) {
    lib::Result<Madt> madt(std::in_place);
    const auto fields = read_as<MadtFields>(table, sizeof(TableHeader));
    if (!fields) {
        madt = Error("ACPI: the MADT is cut short, at {} bytes", table.size());
        return madt;
    }
    madt->local_apic = x86::PhysicalAddress{fields->local_apic};
    madt->has_8259 = (fields->flags & pcat_compatible) != 0;

    auto rest = table.subspan(sizeof(TableHeader) + sizeof(MadtFields));
    while (madt && !rest.empty()) {
        const auto entry = read_as<EntryHeader>(rest);
        if (!entry || entry->length < sizeof(EntryHeader) || entry->length > rest.size()) {
            madt = Error("ACPI: a MADT entry says it has {} bytes, where {} are left",
                         entry ? entry->length : 0, rest.size());
        } else if (auto error = read_entry(entry->type, rest.first(entry->length), *madt)) {
            madt = *error;
        } else {
            rest = rest.subspan(entry->length);
        }
    }
    return madt;
}

}  // namespace acpi
