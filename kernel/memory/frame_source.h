// Where frames come from, as those who build page tables see it.
#pragma once

#include "x86/address.h"
#include "x86/page.h"

namespace memory {

/// Gives out frames and says how the program reaches one: a page table entry holds a physical
/// address, C++ needs a reference. The kernel's goes through its direct map, a test's through an
/// array.
class FrameSource {
  public:
    /// A frame, all zeroes. Panics when memory is exhausted: nothing that asks could go on without.
    virtual x86::PhysicalAddress allocate() = 0;
    /// Takes back a frame that allocate() gave.
    virtual void free(x86::PhysicalAddress frame) = 0;
    /// The page table in the frame at that address.
    virtual x86::PageTable& table(x86::PhysicalAddress frame) = 0;

  protected:
    constexpr FrameSource() = default;
    FrameSource(const FrameSource&) = default;
    FrameSource& operator=(const FrameSource&) = default;
    ~FrameSource() = default;  // never deleted through this class
};

}  // namespace memory
