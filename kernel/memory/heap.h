// Memory in pieces of any size.
#pragma once

#include <cstddef>
#include <cstdint>

#include "memory/backing.h"
#include "x86/address.h"

namespace memory {

/// A heap in one region of addresses that grows upwards. Free blocks form a list by ascending
/// address; the first that is large enough is taken, and neighbours are joined when freed.
///
/// Each block begins with its size and a seal, a number that fits only this block at this address
/// in its present state. A block freed twice, a pointer that is no block, a write past the end of a
/// block or to one that is free: the seal does not fit, and whoever looks at it next panics.
///
/// Not for several CPUs at once: kernel/memory/kernel_heap.h puts the lock around it.
class Heap {
  public:
    static constexpr std::size_t alignment = 16;

    /// `limit` bytes from `base`, which is aligned to a page; what is used of them is backed.
    constexpr Heap(Backing& backing, x86::VirtualAddress base, std::uint64_t limit)
        : backing_(backing), base_(base), end_(base), limit_(base + limit) {}

    /// `size` bytes, also if that is 0, at a multiple of `align`, a power of two. Never null:
    /// panics when the region or memory is exhausted.
    void* allocate(std::size_t size, std::size_t align = alignment);
    /// Takes back what allocate() gave; nothing happens for null.
    void free(void* memory);

    /// Panics if any seal is broken, or if the list and the blocks disagree. Takes time in
    /// proportion to the number of blocks.
    void check() const;
    /// Bytes in blocks that are in use, headers included.
    std::uint64_t used() const { return used_; }
    /// Bytes that the heap has taken from its region.
    std::uint64_t size() const { return end_ - base_; }

  private:
    struct Block;

    Block* first_fit(std::uint64_t size, std::uint64_t align);
    Block* take(Block* before, Block* block, std::uint64_t front, std::uint64_t size);
    void insert(x86::VirtualAddress address, std::uint64_t size);
    void set_next(Block* before, Block* next);
    static void require_free(const Block* block);
    void grow(std::uint64_t size);

    Backing& backing_;
    x86::VirtualAddress base_;
    x86::VirtualAddress end_;
    x86::VirtualAddress limit_;
    Block* free_ = nullptr;
    std::uint64_t used_ = 0;
};

}  // namespace memory
