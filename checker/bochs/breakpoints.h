#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checker/bochs/process.h"
#include "checker/engine/capture.h"
#include "checker/engine/request.h"
#include "checker/guest/symbols.h"

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

/// Sees the first APs as they enter C++, where breakpoints stop the machine for as long as that
/// takes.
class Arrivals {
  public:
    /// `request` and `bochs` have to outlive this.
    Arrivals(const engine::Request& request, const guest::Symbols& symbols, Process& bochs);

    /// The commands that set the breakpoints, of which the first will have number `number`.
    std::string set_breakpoints(std::size_t number);
    /// After the machine has stopped: whether an AP that arrives was the reason, and all is done
    /// for letting it run on.
    bool look();

    const std::map<unsigned, evidence::Arrival>& seen() const { return seen_.all(); }

  private:
    void record(unsigned cpu);

    const engine::Request& request_;
    Process& bochs_;
    std::vector<std::uint64_t> places_;
    std::size_t first_number_ = 0;
    engine::Arrivals seen_;
};

}  // namespace bochs
