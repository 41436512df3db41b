#pragma once

#include <deque>
#include <map>
#include <vector>

#include "checker/bochs/process.h"
#include "lib/physical_memory.h"

namespace bochs {

/// The memory of a machine whose Bochs stands at its prompt. Its answers are text, which takes
/// Bochs its time to write: of a page that is looked at for the first time a small part is asked
/// for, and all of it when that was not enough.
class Memory final : public lib::PhysicalMemory {
  public:
    /// Of the first `size` bytes: beyond them are no RAM and devices.
    Memory(Process& bochs, std::uint64_t size) : bochs_(bochs), size_(size) {}

    std::span<const std::byte> at(x86::PhysicalAddress address, std::size_t size) const override;

  private:
    // Spans of `bytes` are handed out, so its room is taken once.
    struct Page {
        std::vector<std::byte> bytes;
        std::size_t begin = 0, end = 0;  // what of them is known
        bool asked_for = false;          // whole
    };

    std::span<const std::byte> in_page(std::uint64_t number, std::size_t offset,
                                       std::size_t size) const;
    void read(std::uint64_t number, std::size_t begin, std::size_t end, Page& page) const;

    Process& bochs_;
    std::uint64_t size_;
    mutable std::map<std::uint64_t, Page> pages_;
    mutable std::deque<std::vector<std::byte>> assembled_;  // answers that span several pages
};

/// The bytes in what the debugger prints for "xp /<n>gx ...": nothing where any is missing.
std::vector<std::byte> parse_examined(std::string_view answer, std::size_t quadwords);

}  // namespace bochs
