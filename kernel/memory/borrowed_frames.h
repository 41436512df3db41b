// Frames that are given back all together.
#pragma once

#include <cstddef>

#include "lib/fixed_vector.h"
#include "memory/frame_source.h"

namespace memory {

/// Passes frames on and remembers them, so that tables can be given back without a walk through
/// them: they may be a student's, and lead anywhere.
class BorrowedFrames final : public FrameSource {
  public:
    /// Far more than lab 1 needs, far less than a loop that has gone wild would take.
    static constexpr std::size_t capacity = 16;

    explicit constexpr BorrowedFrames(FrameSource& lender) : lender_(lender) {}

    /// Panics when `capacity` frames are on loan.
    x86::PhysicalAddress allocate() override;
    void free(x86::PhysicalAddress frame) override;
    x86::PageTable& table(x86::PhysicalAddress frame) override { return lender_.table(frame); }

    /// Gives everything back.
    void give_back();

  private:
    FrameSource& lender_;
    lib::FixedVector<x86::PhysicalAddress, capacity> frames_;
};

}  // namespace memory
