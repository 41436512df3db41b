// Physical memory for tests of page tables: frames that exist only once they are allocated.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>

#include "memory/page_map.h"
#include "x86/page.h"

/// Gives frames one after the other from `first` up, `limit` of them at most. As long as it lives
/// it stands behind memory::allocate_frame() and table_in(): fake_frames.cc.
class FakeFrames {
  public:
    explicit FakeFrames(std::uint64_t first = 0x40'0000, std::size_t limit = 10000);
    ~FakeFrames();
    FakeFrames(const FakeFrames&) = delete;
    FakeFrames& operator=(const FakeFrames&) = delete;

    x86::PhysicalAddress allocate();
    x86::PageTable& table(x86::PhysicalAddress frame);

    /// For x86::walk and the scanner: nothing where there is no table.
    std::optional<x86::PageEntry> read_entry(x86::PhysicalAddress place) const;

    std::size_t allocated() const { return tables_.size(); }

  private:
    std::uint64_t next_;
    std::size_t limit_;
    std::map<std::uint64_t, std::unique_ptr<x86::PageTable>> tables_;
};

/// Where `address` leads; nothing if it is not mapped.
std::optional<x86::PhysicalAddress> translate(const memory::PageMap& map,
                                              x86::VirtualAddress address);
