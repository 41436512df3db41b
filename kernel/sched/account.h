#pragma once

#include <algorithm>
#include <cstdint>

#include "sched/counter.h"

namespace sched {

/// How long a CPU has been halted, in time stamp counts. Only that CPU opens and closes it; anyone
/// may ask for the total.
class IdleClock {
  public:
    void open(std::uint64_t now) { since_ = Counter{now}; }

    /// Without effect if it is not open. `since_` goes first: whoever reads in between misses one
    /// stretch, where the other order would count it twice.
    void close(std::uint64_t now) {
        const std::uint64_t stretch = open_stretch(now);
        since_ = Counter{0};
        total_.add(stretch);
    }

    /// Counts up to `now`, an open stretch included: a CPU that has been halted for a second has
    /// not been busy for that second.
    std::uint64_t total(std::uint64_t now) const { return total_.read() + open_stretch(now); }

  private:
    /// Another CPU's counter may be a little behind ours; that is no time at all, not 2^64 counts.
    std::uint64_t open_stretch(std::uint64_t now) const {
        const std::uint64_t since = since_.read();
        return since == 0 || now < since ? 0 : now - since;
    }

    Counter since_;  // 0: the CPU is not halted
    Counter total_;
};

/// What one CPU has done. Written by that CPU alone.
struct CpuAccount {
    Counter runs;         // a task was put on this CPU
    Counter switches;     // changes of stack, to and from the idle thread included
    Counter preemptions;  // a task had used up its slice while another one waited
    Counter migrated_in;  // tasks pulled from other CPUs' queues
    Counter ticks;        // timer interrupts
    Counter halts;
    IdleClock idle;
};

/// The part of `elapsed` that was idle, in whole percent, 0..100.
constexpr std::uint64_t idle_percent(std::uint64_t idle, std::uint64_t elapsed) {
    return elapsed == 0 ? 0 : std::min(idle, elapsed) * 100 / elapsed;
}

}  // namespace sched
