#include "boot/memory_map.h"

#include <algorithm>
#include <optional>

namespace boot {

namespace {

constexpr std::uint64_t address_limit = std::uint64_t{1} << 52;

/// Adds a range that begins at or after the end of the last one.
bool append(MemoryMap& map, const MemoryRange& range) {
    if (!map.empty() && map.back().available == range.available && map.back().end() == range.base) {
        map.back().length += range.length;
        return true;
    }
    return map.try_push_back(range);
}

}  // namespace

bool normalise(std::span<const MemoryRange> firmware, MemoryMap& map) {
    map.clear();
    // From one boundary to the next: between two, the same ranges hold for every address.
    for (std::uint64_t from = 0; from < address_limit;) {
        std::uint64_t to = address_limit;
        std::optional<bool> available;
        for (const MemoryRange& range : firmware) {
            const std::uint64_t begin = std::min(range.base.raw, address_limit);
            const std::uint64_t end = begin + std::min(range.length, address_limit - begin);
            if (begin > from) {
                to = std::min(to, begin);
            } else if (end > from) {
                to = std::min(to, end);
                available = available.value_or(true) && range.available;
            }
        }
        if (available && !append(map, {x86::PhysicalAddress{from}, to - from, *available})) {
            return false;
        }
        from = to;
    }
    return true;
}

}  // namespace boot
