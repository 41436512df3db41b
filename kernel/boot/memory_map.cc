#include "boot/memory_map.h"

#include <algorithm>
#include <optional>

namespace boot {
namespace {

constexpr std::uint64_t address_limit = std::uint64_t{1} << 52;

MemoryKind kind_of(std::uint32_t type) {
    switch (type) {
        case 1:
            return MemoryKind::available;
        case 3:
            return MemoryKind::acpi_reclaimable;
        case 4:
            return MemoryKind::acpi_nvs;
        case 5:
            return MemoryKind::defective;
        default:
            return MemoryKind::reserved;
    }
}

/// Adds a range that begins at or after the end of the last one.
bool append(MemoryMap& map, const MemoryRange& range) {
    if (!map.empty() && map.back().kind == range.kind && map.back().end() == range.base) {
        map.back().length += range.length;
        return true;
    }
    return map.try_push_back(range);
}

}  // namespace

std::string_view name(MemoryKind kind) {
    switch (kind) {
        case MemoryKind::available:
            return "available";
        case MemoryKind::acpi_reclaimable:
            return "ACPI tables";
        case MemoryKind::acpi_nvs:
            return "ACPI NVS";
        case MemoryKind::reserved:
            return "reserved";
        case MemoryKind::defective:
            return "defective";
    }
    return "unknown";
}

MemoryRange FirmwareRange::range() const {
    return {x86::PhysicalAddress{base}, length, kind_of(type)};
}

bool normalise(std::span<const MemoryRange> firmware, MemoryMap& map) {
    map.clear();
    // From one boundary to the next: between two, the same ranges hold for every address.
    for (std::uint64_t from = 0; from < address_limit;) {
        std::uint64_t to = address_limit;
        std::optional<MemoryKind> kind;
        for (const MemoryRange& range : firmware) {
            const std::uint64_t begin = std::min(range.base.raw, address_limit);
            const std::uint64_t end = begin + std::min(range.length, address_limit - begin);
            if (begin > from) {
                to = std::min(to, begin);
            } else if (end > from) {
                to = std::min(to, end);
                kind = kind ? std::max(*kind, range.kind) : range.kind;
            }
        }
        if (kind && !append(map, {x86::PhysicalAddress{from}, to - from, *kind})) {
            return false;
        }
        from = to;
    }
    return true;
}

}  // namespace boot
