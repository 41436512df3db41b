// The machine's frames, for any CPU to take and give back.
#pragma once

#include <cstdint>

#include "boot/boot_info.h"
#include "memory/frame_source.h"
#include "memory/range_set.h"
#include "x86/address.h"

namespace memory {

/// Once, first of all: everything is free that the firmware calls available, but not frame 0, the
/// trampoline's page, the kernel image with its first tables, and what the loader has left.
/// Needs the direct map of the first tables.
void initialize_frames(const boot::BootInfo& boot_info);

/// The RAM of this machine, free or not, in whole pages.
const RangeSet& ram();

/// A frame, all zeroes. Panics when memory is exhausted.
x86::PhysicalAddress allocate_frame();
/// The same below `limit`.
x86::PhysicalAddress allocate_frame_below(x86::PhysicalAddress limit);
/// Panics unless the frame was handed out and not yet given back.
void free_frame(x86::PhysicalAddress frame);

/// The same, as those see it who build page tables.
class KernelFrames final : public FrameSource {
  public:
    x86::PhysicalAddress allocate() override;
    void free(x86::PhysicalAddress frame) override;
    x86::PageTable& table(x86::PhysicalAddress frame) override;
};
extern KernelFrames kernel_frames;

/// How many frames are free; another CPU may change it at any time.
std::uint64_t free_frames();

}  // namespace memory
