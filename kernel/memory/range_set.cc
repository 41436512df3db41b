#include "memory/range_set.h"

#include <algorithm>

#include "x86/page.h"

namespace memory {

PhysicalRange PhysicalRange::of(x86::PhysicalAddress start, std::uint64_t length) {
    constexpr std::uint64_t limit = std::uint64_t{1} << 52;
    const std::uint64_t first = std::min(start.raw, limit);
    return {x86::PhysicalAddress{first},
            x86::PhysicalAddress{first + std::min(length, limit - first)}};
}

PhysicalRange PhysicalRange::whole_pages() const {
    return {x86::align_up(start, x86::page_size), x86::align_down(end, x86::page_size)};
}

PhysicalRange PhysicalRange::touched_pages() const {
    return {x86::align_down(start, x86::page_size), x86::align_up(end, x86::page_size)};
}

void RangeSet::add(PhysicalRange range) {
    if (range.empty()) {
        return;
    }
    Ranges result;
    bool added = false;
    for (const PhysicalRange& old : ranges_) {
        if (old.end < range.start) {
            result.push_back(old);
        } else if (range.end < old.start) {
            if (!added) {
                result.push_back(range);
                added = true;
            }
            result.push_back(old);
        } else {  // they overlap or touch: one range
            range = {std::min(old.start, range.start), std::max(old.end, range.end)};
        }
    }
    if (!added) {
        result.push_back(range);
    }
    ranges_ = result;
}

void RangeSet::remove(PhysicalRange range) {
    if (range.empty()) {
        return;
    }
    Ranges result;
    for (const PhysicalRange& old : ranges_) {
        const PhysicalRange below{old.start, std::min(old.end, range.start)};
        const PhysicalRange above{std::max(old.start, range.end), old.end};
        if (!below.empty()) {
            result.push_back(below);
        }
        if (!above.empty()) {
            result.push_back(above);
        }
    }
    ranges_ = result;
}

bool RangeSet::contains(x86::PhysicalAddress address) const {
    return std::any_of(begin(), end(), [address](const PhysicalRange& range) {
        return range.start <= address && address < range.end;
    });
}

std::optional<PhysicalRange> RangeSet::find(std::uint64_t size, x86::PhysicalAddress floor) const {
    for (const PhysicalRange& range : ranges_) {
        const x86::PhysicalAddress start =
            x86::align_up(std::max(range.start, floor), x86::page_size);
        if (start <= range.end && range.end - start >= size) {
            return PhysicalRange{start, start + size};
        }
    }
    return std::nullopt;
}

std::uint64_t RangeSet::size() const {
    std::uint64_t sum = 0;
    for (const PhysicalRange& range : ranges_) {
        sum += range.size();
    }
    return sum;
}

x86::PhysicalAddress RangeSet::end_address() const {
    return ranges_.empty() ? x86::PhysicalAddress{} : ranges_.back().end;
}

}  // namespace memory
