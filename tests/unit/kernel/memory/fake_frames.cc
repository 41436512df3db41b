#include "tests/unit/kernel/memory/fake_frames.h"

#include <stdexcept>

#include "memory/frames.h"
#include "smp/identity_map.h"

namespace {
FakeFrames* current = nullptr;
}  // namespace

x86::PhysicalAddress memory::allocate_frame() {
    return current->allocate();
}

x86::PageTable& memory::table_in(x86::PhysicalAddress frame) {
    return current->table(frame);
}

x86::PhysicalAddress smp::FrameSource::allocate() {
    return current->allocate();
}

x86::PageTable& smp::FrameSource::table(x86::PhysicalAddress frame) {
    return current->table(frame);
}

FakeFrames::FakeFrames(std::uint64_t first, std::size_t limit) : next_(first), limit_(limit) {
    current = this;
}

FakeFrames::~FakeFrames() {
    current = nullptr;
}

x86::PhysicalAddress FakeFrames::allocate() {
    if (tables_.size() == limit_) {
        throw std::runtime_error("no frame is left");
    }
    const x86::PhysicalAddress frame{next_};
    next_ += x86::page_size;
    tables_[frame.raw] = std::make_unique<x86::PageTable>();
    return frame;
}

x86::PageTable& FakeFrames::table(x86::PhysicalAddress frame) {
    const auto found = tables_.find(frame.raw);
    if (found == tables_.end()) {
        throw std::runtime_error("this frame is not allocated");
    }
    return *found->second;
}

std::optional<x86::PageEntry> FakeFrames::read_entry(x86::PhysicalAddress place) const {
    const x86::PhysicalAddress frame = x86::align_down(place, x86::page_size);
    const auto found = tables_.find(frame.raw);
    if (found == tables_.end()) {
        return std::nullopt;
    }
    return (*found->second)[(place - frame) / sizeof(x86::PageEntry)];
}

std::optional<x86::PhysicalAddress> translate(const memory::PageMap& map,
                                              x86::VirtualAddress address) {
    const x86::PageWalk found = map.walk(address);
    return found.outcome == x86::WalkOutcome::mapped ? std::optional(found.physical) : std::nullopt;
}
