#pragma once

#include <map>
#include <string>
#include <string_view>

#include "checker/evidence/evidence.h"
#include "checker/guest/machine.h"
#include "checker/qemu/log.h"

namespace qemu {

/// What one run of QEMU left, as it came.
struct Capture {
    /// Why the watching ended.
    enum class Watch { shut_down, out_of_time, flooded, failed };

    evidence::Way way = evidence::Way::rom;
    unsigned cpus_requested = 0;
    Watch watch = Watch::failed;
    std::string reason;  // why it shut down, in QEMU's words: "guest-shutdown", "guest-reset"
    std::string error;   // why it failed, in words for the person at the terminal
    Log log;
    std::string registers;                           // the answer to `info registers -a`
    std::map<unsigned, evidence::Arrival> arrivals;  // by CPU number
    std::string serial;
    double seconds = 0;
};

/// Pure.
evidence::Evidence read(const Capture& capture, const guest::Machine& machine);

/// The exceptions of a chain, with their places. Of a double fault both that made it are named.
std::vector<evidence::Exception> exceptions_of(const std::vector<LoggedException>& chain,
                                               const guest::Machine& machine);

/// How many of the registers that tell CPUs apart are equal.
std::size_t likeness(const evidence::Registers& a, const evidence::Registers& b);

}  // namespace qemu
