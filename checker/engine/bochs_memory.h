#pragma once

#include <deque>
#include <map>
#include <vector>

#include "checker/engine/bochs_process.h"
#include "lib/physical_memory.h"

namespace engine {

/// The memory of a machine whose Bochs stands at its prompt: each page that is looked at is asked
/// for once.
class BochsMemory final : public lib::PhysicalMemory {
  public:
    /// Of the first `size` bytes: beyond them are no RAM and devices.
    BochsMemory(BochsProcess& bochs, std::uint64_t size) : bochs_(bochs), size_(size) {}

    std::span<const std::byte> at(x86::PhysicalAddress address, std::size_t size) const override;

  private:
    using Page = std::vector<std::byte>;

    const Page& page(std::uint64_t number) const;

    BochsProcess& bochs_;
    std::uint64_t size_;
    mutable std::map<std::uint64_t, Page> pages_;  // empty where it could not be read
    mutable std::deque<Page> assembled_;           // answers that span several pages
};

/// The bytes in what the debugger prints for "xp /<n>gx ...": nothing where any is missing.
std::vector<std::byte> parse_examined(std::string_view answer, std::size_t quadwords);

}  // namespace engine
