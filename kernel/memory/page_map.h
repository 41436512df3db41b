// Page tables as a map from virtual to physical addresses.
#pragma once

#include <cstdint>
#include <optional>

#include "memory/frame_source.h"
#include "x86/address.h"
#include "x86/control_registers.h"
#include "x86/page.h"
#include "x86/page_walk.h"

namespace memory {

/// The tables below one PML4. Everything that it maps is either writable or executable, never
/// both. A mistake of the caller is a panic, not a mapping.
///
/// Not for several CPUs at once. A new mapping needs no invalidation, since processors do not
/// remember that a page was absent [sdm3 4.10.2.3]; after unmap() invalidating is the caller's duty
/// on every CPU.
class PageMap {
  public:
    /// Works on the PML4 at `root`, which must lie below 4 GiB: an AP loads CR3 with a 32-bit move.
    /// `efer` is what every CPU that uses this map has: without NXE the bit that forbids execution
    /// is reserved, and no CPU could use the mapping at all. [sdm3 4.5.4]
    PageMap(x86::PhysicalAddress root, FrameSource& frames, x86::Efer efer);

    /// Maps `size` bytes, with 2 MiB pages wherever both addresses allow it. All three numbers are
    /// multiples of the page size. Panics if any of the pages is mapped already.
    void map(x86::VirtualAddress address, x86::PhysicalAddress physical, std::uint64_t size,
             x86::PageAccess access);
    /// Maps `size` bytes of new frames there, all zeroes, writable.
    void map_new(x86::VirtualAddress address, std::uint64_t size);
    /// Takes `size` bytes out of the map. Panics if any of them is not mapped, or if a 2 MiB page
    /// lies only partly within. The tables stay, for the next mapping there.
    void unmap(x86::VirtualAddress address, std::uint64_t size);

    /// What the processor would find for `address`.
    x86::PageWalk walk(x86::VirtualAddress address) const;
    /// Where `address` leads; nothing if it is not mapped.
    std::optional<x86::PhysicalAddress> translate(x86::VirtualAddress address) const;

    x86::PhysicalAddress root() const { return root_; }
    x86::PageTable& root_table() const { return frames_.table(root_); }

  private:
    struct Part;  // of a mapping: what one table has to do

    void map_in(x86::PageTable& table, x86::PageLevel level, Part part, x86::PageAccess access);
    void unmap_in(x86::PageTable& table, x86::PageLevel level, Part part);

    x86::PhysicalAddress root_;
    FrameSource& frames_;
    bool nxe_;
};

}  // namespace memory
