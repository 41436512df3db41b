// What QEMU's LAPICs saw, with `-trace apic_mem_writel`, `apic_mem_readl` and `apic_deliver_irq`:
// what a guest cannot forge.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <set>
#include <string_view>

#include "checker/evidence/evidence.h"

namespace qemu {

/// Reads the traces line by line, those of xAPIC mode: another mode has no memory.
class Lapics {
  public:
    /// False if this line is none of theirs.
    bool read(std::string_view line);

    /// The last commands that start or reset a CPU.
    const std::deque<evidence::SeenCommand>& commands() const { return commands_; }
    /// The IDs that were read.
    const std::set<std::uint32_t>& asked() const { return asked_; }
    /// How often an ID was written.
    std::size_t told() const { return told_; }

  private:
    void read_access(std::string_view line, bool written);
    void read_interrupt(std::string_view line);

    std::deque<evidence::SeenCommand> commands_;
    std::uint32_t command_high_ = 0;
    std::set<std::uint32_t> asked_;
    std::size_t told_ = 0;
};

}  // namespace qemu
