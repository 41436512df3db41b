#include "memory/heap.h"

#include <algorithm>
#include <bit>

#include "lib/panic.h"
#include "x86/page.h"

namespace memory {

/// The header of a block. `next` counts only while the block is free; the place is its user's
/// otherwise.
struct Heap::Block {
    std::uint64_t size;  // with the header; a multiple of `alignment`
    std::uint64_t seal;
    Block* next;

    static constexpr std::uint64_t header_size = 16;
    static constexpr std::uint64_t minimum_size = 32;

    static Block* create_used(x86::VirtualAddress address, std::uint64_t size) {
        auto* block = x86::pointer_to<Block>(address);
        block->size = size;
        block->seal = block->seal_when_used();
        return block;
    }
    static Block* create_free(x86::VirtualAddress address, std::uint64_t size, Block* next) {
        auto* block = x86::pointer_to<Block>(address);
        block->size = size;
        block->next = next;
        block->seal = block->seal_when_free();
        return block;
    }

    x86::VirtualAddress address() const { return x86::address_of(this); }
    x86::VirtualAddress end() const { return address() + size; }
    x86::VirtualAddress payload() const { return address() + header_size; }

    bool is_used() const { return seal == seal_when_used(); }
    bool is_free() const { return seal == seal_when_free(); }

  private:
    // Two numbers that no one has in memory by chance, mixed with what must not change unseen.
    std::uint64_t seal_when_used() const {
        return 0x5ea1'ed00'b10c'0001 ^ address().raw ^ std::rotl(size, 32);
    }
    std::uint64_t seal_when_free() const {
        const std::uint64_t link = x86::address_of(next).raw;
        return 0x5ea1'ed00'b10c'0002 ^ address().raw ^ std::rotl(size, 32) ^ std::rotl(link, 17);
    }
};

void* Heap::allocate(std::size_t size, std::size_t align) {
    ASSERT(align != 0 && (align & (align - 1)) == 0);
    align = std::max(align, alignment);
    const std::uint64_t region = limit_ - base_;
    if (size > region || align > region) {
        lib::panic("{} bytes, aligned to {}, are more than the heap can be", size, align);
    }
    const std::uint64_t needed =
        std::max(x86::align_up(size, alignment) + Block::header_size, Block::minimum_size);
    Block* block = first_fit(needed, align);
    if (block == nullptr) {
        grow(needed + align + Block::minimum_size);
        block = first_fit(needed, align);
        ASSERT(block != nullptr);
    }
    used_ += block->size;
    return x86::pointer_to<void>(block->payload());
}

/// Takes at least `size` bytes whose payload is aligned out of the list.
Heap::Block* Heap::first_fit(std::uint64_t size, std::uint64_t align) {
    Block* before = nullptr;
    for (Block* block = free_; block != nullptr; before = block, block = block->next) {
        require_free(block);
        // What lies in front of the aligned part has to be a block of its own.
        std::uint64_t front = x86::align_up(block->payload(), align) - block->payload();
        while (front != 0 && front < Block::minimum_size) {
            front += align;
        }
        if (front + size <= block->size) {
            return take(before, block, front, size);
        }
    }
    return nullptr;
}

/// Cuts `size` bytes at `front` out of `block`, which follows `before` in the list. What is left
/// over on either side stays free, but a rest too small for a block goes with the part taken.
Heap::Block* Heap::take(Block* before, Block* block, std::uint64_t front, std::uint64_t size) {
    const x86::VirtualAddress taken = block->address() + front;
    const std::uint64_t rest = block->end() - taken - size;
    Block* next = block->next;
    if (rest >= Block::minimum_size) {
        next = Block::create_free(taken + size, rest, next);
    } else {
        size += rest;
    }
    if (front != 0) {
        Block::create_free(block->address(), front, next);
    } else {
        set_next(before, next);
    }
    return Block::create_used(taken, size);
}

void Heap::free(void* memory) {
    if (memory == nullptr) {
        return;
    }
    const x86::VirtualAddress payload = x86::address_of(memory);
    if (payload < base_ + Block::header_size || payload >= end_ ||
        !x86::is_aligned(payload, alignment)) {
        lib::panic("{} is given back to the heap, but did not come from it", memory);
    }
    const Block* block = x86::pointer_to<Block>(payload - Block::header_size);
    if (!block->is_used()) {
        lib::panic("{} is no heap block: given back twice, or the block before it overflowed",
                   memory);
    }
    if (block->end() < end_) {
        const Block* behind = x86::pointer_to<Block>(block->end());
        if (!behind->is_used() && !behind->is_free()) {
            lib::panic("the heap block at {} overflowed", memory);
        }
    }
    used_ -= block->size;
    insert(block->address(), block->size);
}

/// Makes a free block of it, joined with the free blocks on either side.
void Heap::insert(x86::VirtualAddress address, std::uint64_t size) {
    Block* before = nullptr;
    Block* behind = free_;
    while (behind != nullptr && behind->address() < address) {
        require_free(behind);
        before = behind;
        behind = behind->next;
    }
    if (behind != nullptr && behind->address() == address + size) {
        require_free(behind);
        size += behind->size;
        behind = behind->next;
    }
    if (before != nullptr && before->end() == address) {
        x86::pointer_to<Block>(address)->seal = 0;  // no block any more: see free()
        Block::create_free(before->address(), before->size + size, behind);
    } else {
        set_next(before, Block::create_free(address, size, behind));
    }
}

void Heap::set_next(Block* before, Block* next) {
    if (before == nullptr) {
        free_ = next;
    } else {
        Block::create_free(before->address(), before->size, next);
    }
}

/// The seal covers `next`, so a block is looked at before its `next` is followed.
void Heap::require_free(const Block* block) {
    if (!block->is_free()) {
        lib::panic("the free heap block at {} has been written to", block->payload());
    }
}

/// Takes at least `size` more bytes of the region, many pages at a time.
void Heap::grow(std::uint64_t size) {
    constexpr std::uint64_t step = 16 * x86::page_size;
    const std::uint64_t rounded = x86::align_up(size, step);
    if (rounded > limit_ - end_) {
        lib::panic("the heap is exhausted: {} bytes are in use", used_);
    }
    backing_.back(end_, rounded);
    insert(end_, rounded);
    end_ += rounded;
}

void Heap::check() const {
    const Block* next_free = free_;
    std::uint64_t used = 0;
    for (x86::VirtualAddress address = base_; address < end_;) {
        const Block* block = x86::pointer_to<Block>(address);
        if (block == next_free) {
            require_free(block);
            next_free = block->next;
        } else if (block->is_used()) {
            used += block->size;
        } else {
            lib::panic("the header of the heap block at {} has been written to", block->payload());
        }
        address = block->end();
    }
    ASSERT(next_free == nullptr);
    ASSERT_EQUAL(used, used_);
}

}  // namespace memory
