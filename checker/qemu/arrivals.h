#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "checker/engine/request.h"
#include "checker/evidence/evidence.h"
#include "checker/guest/machine.h"
#include "checker/qemu/process.h"

namespace qemu {

/// Where APs enter C++: the first instruction there, and the second.
struct ArrivalPlace {
    std::uint64_t first = 0, second = 0;
};

/// Nothing unless there is such a function and it begins with a NOP.
std::optional<ArrivalPlace> arrival_place(const guest::Symbols& symbols);

/// Sees the first APs as they enter C++, where a breakpoint stops the machine for as long as that
/// takes. The guest cannot keep it busy: after a few stops too many there is no breakpoint any
/// more.
class Arrivals {
  public:
    /// For a QEMU that waits for its debugger. `machine` has the guest's memory as it is now; all
    /// but `place` have to outlive this.
    Arrivals(const engine::Request& request, const guest::Machine& machine, ArrivalPlace place,
             Process& qemu);

    /// Sets the breakpoint, and lets the machine run.
    void begin();
    /// If the machine stands at the breakpoint: looks, and lets it run on.
    void look();

    /// What has been seen, by CPU number.
    const std::map<unsigned, evidence::Arrival>& seen() const { return seen_; }

  private:
    bool record(unsigned cpu);

    const engine::Request& request_;
    const guest::Machine& machine_;
    ArrivalPlace place_;
    Process& qemu_;
    unsigned stops_ = 0;
    std::map<unsigned, evidence::Arrival> seen_;
};

}  // namespace qemu
