#include "memory/range_set.h"

#include <algorithm>
#include <cstring>

#include "lib/panic.h"
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
    // The ranges from `first` to before `last` overlap the new one or touch it.
    std::size_t first = 0;
    while (first < count_ && ranges_[first].end < range.start) {
        ++first;
    }
    std::size_t last = first;
    while (last < count_ && ranges_[last].start <= range.end) {
        range.start = std::min(range.start, ranges_[last].start);
        range.end = std::max(range.end, ranges_[last].end);
        ++last;
    }
    replace(first, last, {&range, 1});
}

void RangeSet::remove(PhysicalRange range) {
    std::size_t first = 0;
    while (first < count_ && ranges_[first].end <= range.start) {
        ++first;
    }
    std::size_t last = first;
    while (last < count_ && ranges_[last].start < range.end) {
        ++last;
    }
    if (range.empty() || first == last) {
        return;
    }
    const std::array rest{PhysicalRange{ranges_[first].start, range.start},
                          PhysicalRange{range.end, ranges_[last - 1].end}};
    const std::size_t from = rest[0].empty() ? 1 : 0;
    const std::size_t to = rest[1].empty() ? 1 : 2;
    replace(first, last, std::span(rest).subspan(from, to - from));
}

/// Puts `with` in the place of the ranges from `first` to before `last`.
void RangeSet::replace(std::size_t first, std::size_t last, std::span<const PhysicalRange> with) {
    const std::size_t behind = count_ - last;
    const std::size_t moved_to = first + with.size();
    if (moved_to + behind > capacity) {
        lib::panic("memory is in more than {} pieces", capacity);
    }
    PhysicalRange* const ranges = ranges_.data();
    std::memmove(ranges + moved_to, ranges + last, behind * sizeof(PhysicalRange));
    std::copy(with.begin(), with.end(), ranges + first);
    count_ = moved_to + behind;
}

bool RangeSet::contains(x86::PhysicalAddress address) const {
    return std::any_of(begin(), end(), [address](const PhysicalRange& range) {
        return range.start <= address && address < range.end;
    });
}

std::optional<PhysicalRange> RangeSet::find(std::uint64_t size, x86::PhysicalAddress floor) const {
    for (const PhysicalRange& range : *this) {
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
    for (const PhysicalRange& range : *this) {
        sum += range.size();
    }
    return sum;
}

x86::PhysicalAddress RangeSet::end_address() const {
    return count_ == 0 ? x86::PhysicalAddress{} : ranges_[count_ - 1].end;
}

}  // namespace memory
