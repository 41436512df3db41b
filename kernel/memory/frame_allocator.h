// Which frames (4 KiB pieces of RAM) are free.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "memory/bitmap.h"
#include "memory/range_set.h"
#include "x86/address.h"

namespace memory {

/// Hands out frames and takes them back: one bit a frame, set while it is free. It never touches
/// the frames themselves, so what is in a new one is whatever was there before.
/// Not for several CPUs at once: kernel/memory/frames.h puts the lock around it.
class FrameAllocator {
  public:
    /// The storage that initialize() needs for these frames.
    static std::size_t bitmap_words(const RangeSet& frames);

    /// From now on hands out exactly `frames`, whole pages; the storage belongs to this object.
    void initialize(const RangeSet& frames, std::span<std::uint64_t> bitmap);

    /// A frame, or nothing when memory is exhausted. Lowest first, but the first 2 MiB last of all:
    /// an AP's first steps need frames there (see allocate_below).
    std::optional<x86::PhysicalAddress> allocate();
    /// The lowest free frame whose bytes all lie below `limit`.
    std::optional<x86::PhysicalAddress> allocate_below(x86::PhysicalAddress limit);
    /// Takes back a frame. Panics unless it was handed out and not yet taken back.
    void free(x86::PhysicalAddress frame);

    std::uint64_t free_count() const { return free_count_; }

  private:
    std::optional<x86::PhysicalAddress> take(std::size_t first, std::size_t end);

    RangeSet frames_;
    Bitmap free_;
    std::uint64_t free_count_ = 0;
    std::size_t search_from_ = 0;  // no frame from 2 MiB up to here is free
};

}  // namespace memory
