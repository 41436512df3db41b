#include "memory/borrowed_frames.h"

#include "lib/panic.h"

namespace memory {

x86::PhysicalAddress BorrowedFrames::allocate() {
    if (frames_.full()) {
        lib::panic("more than {} frames were asked for where a few tables are enough", capacity);
    }
    frames_.push_back(lender_.allocate());
    return frames_.back();
}

void BorrowedFrames::free(x86::PhysicalAddress frame) {
    lib::FixedVector<x86::PhysicalAddress, capacity> others;
    for (const x86::PhysicalAddress borrowed : frames_) {
        if (borrowed != frame) {
            others.push_back(borrowed);
        }
    }
    lender_.free(frame);  // which refuses a frame that is not on loan
    frames_ = others;
}

void BorrowedFrames::give_back() {
    for (const x86::PhysicalAddress frame : frames_) {
        lender_.free(frame);
    }
    frames_.clear();
}

}  // namespace memory
