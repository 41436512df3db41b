#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checker/bochs/process.h"
#include "checker/engine/boot.h"
#include "checker/guest/symbols.h"
#include "lib/physical_memory.h"

namespace bochs {

/// Where to stop a CPU at the beginning of a function: at its first three instructions. In a
/// machine with several CPUs, Bochs 2.7 looks for breakpoints after each instruction but the last
/// of every five that a CPU executes in its turn; of several in a row one is seen. Empty if there
/// is no such function.
std::vector<std::uint64_t> places_to_stop(const guest::Symbols& symbols, std::string_view function);

/// The debugger's commands for breakpoints of every CPU's. It numbers breakpoints from 1 on, and
/// uses no number twice.
std::string set_breakpoints(const std::vector<std::uint64_t>& places);
std::string delete_breakpoints(std::size_t first, std::size_t count);

/// A CPU that stands at a breakpoint.
struct BreakpointHit {
    unsigned cpu = 0;
    std::uint64_t address = 0;
};

/// Reads what the debugger prints when the machine stops; nothing where no breakpoint stopped it.
std::optional<BreakpointHit> parse_breakpoint_hit(std::string_view stopped);

/// Sees the first APs as they start, as they enter C++, and as they leave the labs' code:
/// breakpoints stop the machine there.
class Arrivals {
  public:
    /// `request` and `bochs` have to outlive this.
    Arrivals(const engine::Request& request, const guest::Symbols& symbols, Process& bochs);

    /// The commands that set the breakpoints, of which the first will have number `number`.
    std::string set_breakpoints(std::size_t number);
    /// After the machine has stopped: whether an AP that arrives was the reason, and all is done
    /// for letting it run on.
    bool look();

    const engine::Arrivals& seen() const { return seen_; }

  private:
    std::optional<evidence::Registers> registers_of(unsigned cpu);
    bool was_started(unsigned cpu);

    const engine::Request& request_;
    Process& bochs_;
    std::vector<std::uint64_t> starts_, entries_, left_;
    std::size_t first_number_ = 0;
    engine::Arrivals seen_;
};

/// The memory of a machine whose Bochs stands at its prompt. Each page is asked for once: its
/// answers are text, which takes Bochs its time to write.
class Memory final : public lib::PhysicalMemory {
  public:
    /// Of the first `size` bytes: beyond them are no RAM and devices.
    Memory(Process& bochs, std::uint64_t size) : bochs_(bochs), size_(size) {}

    std::span<const std::byte> at(x86::PhysicalAddress address, std::size_t size) const override;

  private:
    std::span<const std::byte> page(std::uint64_t number) const;

    Process& bochs_;
    std::uint64_t size_;
    mutable std::map<std::uint64_t, std::vector<std::byte>> pages_;  // spans of them are handed out
    mutable std::deque<std::vector<std::byte>> assembled_;  // answers that span several pages
};

/// The bytes in what the debugger prints for "xp /<n>gx ...": nothing where any is missing.
std::vector<std::byte> parse_examined(std::string_view answer, std::size_t quadwords);

}  // namespace bochs
