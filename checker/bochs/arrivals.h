#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "checker/bochs/process.h"
#include "checker/engine/request.h"
#include "checker/evidence/evidence.h"
#include "checker/guest/symbols.h"

namespace bochs {

/// Sees the first APs as they enter C++, where breakpoints stop the machine for as long as that
/// takes. The guest cannot keep it busy: after a few stops too many there are no breakpoints any
/// more.
class Arrivals {
  public:
    /// `request` and `bochs` have to outlive this.
    Arrivals(const engine::Request& request, const guest::Symbols& symbols, Process& bochs);

    /// The commands that set the breakpoints, of which the first will have number `number`.
    std::string set_breakpoints(std::size_t number);
    /// After the machine has stopped: whether an AP that arrives was the reason, and all is done
    /// for letting it run on.
    bool look();

    /// What has been seen, by CPU number.
    const std::map<unsigned, evidence::Arrival>& seen() const { return seen_; }

  private:
    void record(unsigned cpu);

    const engine::Request& request_;
    Process& bochs_;
    std::vector<std::uint64_t> places_;
    std::size_t first_number_ = 0;
    std::size_t stops_ = 0;
    std::map<unsigned, evidence::Arrival> seen_;
};

}  // namespace bochs
