// Physical memory for tests of page tables: frames that exist only once they are allocated.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>

#include "memory/frame_source.h"
#include "x86/page.h"

/// Gives frames one after the other from `first` up, `limit` of them at most.
class FakeFrames : public memory::FrameSource {
  public:
    explicit FakeFrames(std::uint64_t first = 0x40'0000, std::size_t limit = 10000)
        : next_(first), limit_(limit) {}

    x86::PhysicalAddress allocate() override {
        if (tables_.size() == limit_) {
            throw std::runtime_error("no frame is left");
        }
        const x86::PhysicalAddress frame{next_};
        next_ += x86::page_size;
        tables_[frame.raw] = std::make_unique<x86::PageTable>();
        return frame;
    }

    void free(x86::PhysicalAddress frame) override {
        if (tables_.erase(frame.raw) == 0) {
            throw std::runtime_error("this frame is not allocated");
        }
    }

    x86::PageTable& table(x86::PhysicalAddress frame) override {
        const auto found = tables_.find(frame.raw);
        if (found == tables_.end()) {
            throw std::runtime_error("this frame is not allocated");
        }
        return *found->second;
    }

    /// For x86::walk and the scanner: nothing where there is no table.
    std::optional<x86::PageEntry> read_entry(x86::PhysicalAddress place) const {
        const x86::PhysicalAddress frame = x86::align_down(place, x86::page_size);
        const auto found = tables_.find(frame.raw);
        if (found == tables_.end()) {
            return std::nullopt;
        }
        return (*found->second)[(place - frame) / sizeof(x86::PageEntry)];
    }

    std::size_t allocated() const { return tables_.size(); }

  private:
    std::uint64_t next_;
    std::size_t limit_;
    std::map<std::uint64_t, std::unique_ptr<x86::PageTable>> tables_;
};
