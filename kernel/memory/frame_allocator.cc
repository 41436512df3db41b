#include "memory/frame_allocator.h"

#include <algorithm>

#include "lib/panic.h"
#include "memory/layout.h"
#include "x86/page.h"

namespace memory {
namespace {

constexpr std::size_t number_of(x86::PhysicalAddress frame) {
    return frame.raw / x86::page_size;
}

constexpr std::size_t low_end = low_memory_size / x86::page_size;

}  // namespace

std::size_t FrameAllocator::bitmap_words(const RangeSet& frames) {
    return Bitmap::words_for(number_of(frames.end_address()));
}

void FrameAllocator::initialize(const RangeSet& frames, std::span<std::uint64_t> bitmap) {
    frames_ = frames;
    free_ = Bitmap(bitmap);
    free_.clear();
    for (const PhysicalRange& range : frames_) {
        ASSERT(x86::is_aligned(range.start, x86::page_size));
        ASSERT(x86::is_aligned(range.end, x86::page_size));
        free_.add_range(number_of(range.start), number_of(range.end));
    }
    free_count_ = frames_.size() / x86::page_size;
    search_from_ = low_end;
}

std::optional<x86::PhysicalAddress> FrameAllocator::allocate() {
    if (const auto frame = take(search_from_, free_.size())) {
        search_from_ = number_of(*frame) + 1;
        return frame;
    }
    return take(0, low_end);
}

std::optional<x86::PhysicalAddress> FrameAllocator::allocate_below(x86::PhysicalAddress limit) {
    return take(0, number_of(limit));
}

std::optional<x86::PhysicalAddress> FrameAllocator::take(std::size_t first, std::size_t end) {
    const std::optional<std::size_t> number = free_.find(first, end);
    if (!number) {
        return std::nullopt;
    }
    free_.remove(*number);
    --free_count_;
    return x86::PhysicalAddress{*number * x86::page_size};
}

void FrameAllocator::free(x86::PhysicalAddress frame) {
    if (!x86::is_aligned(frame, x86::page_size) || !frames_.contains(frame)) {
        lib::panic("{} is given back, but it is no frame of the allocator", frame);
    }
    const std::size_t number = number_of(frame);
    if (free_.contains(number)) {
        lib::panic("the frame {} is given back twice", frame);
    }
    free_.add(number);
    ++free_count_;
    if (number >= low_end) {
        search_from_ = std::min(search_from_, number);
    }
}

}  // namespace memory
