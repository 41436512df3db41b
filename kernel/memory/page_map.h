// Page tables as a map from virtual to physical addresses.
#pragma once

#include <cstdint>
#include <optional>

#include "x86/address.h"
#include "x86/page.h"
#include "x86/page_walk.h"

namespace memory {

/// The tables below one PML4, in frames of memory/frames.h. Everything that it maps is either
/// writable or executable, never both. A mistake of the caller is a panic, not a mapping.
///
/// Not for several CPUs at once. A new mapping needs no invalidation, since processors do not
/// remember that a page was absent. [sdm3 4.10.2.3]
class PageMap {
  public:
    /// Works on the PML4 at `root`, which must lie below 4 GiB: an AP loads CR3 with a 32-bit move.
    /// Every CPU that uses this map has EFER.NXE on; without `nx` none has, and all is executable.
    explicit PageMap(x86::PhysicalAddress root, bool nx = true);

    /// Maps `size` bytes, with 2 MiB pages wherever both addresses allow it. All three numbers are
    /// multiples of the page size. Panics if any of the pages is mapped already.
    void map(x86::VirtualAddress address, x86::PhysicalAddress physical, std::uint64_t size,
             x86::PageAccess access);

    /// What the processor would find for `address`.
    x86::PageWalk walk(x86::VirtualAddress address) const;

    x86::PhysicalAddress root() const { return root_; }

  private:
    struct Part;  // of a mapping: what one table has to do

    static void map_in(x86::PageTable& table, x86::PageLevel level, Part part,
                       x86::PageAccess access);

    x86::PhysicalAddress root_;
    bool nx_;
};

}  // namespace memory
