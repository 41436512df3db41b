#pragma once

#include <map>
#include <string>
#include <string_view>

#include "checker/bochs/log.h"
#include "checker/evidence/evidence.h"
#include "checker/guest/machine.h"

namespace bochs {

/// What one run of Bochs left, as it came.
struct Capture {
    /// Why the watching ended.
    enum class Watch { stopped, out_of_time, flooded, failed };

    evidence::Way way = evidence::Way::rom;
    unsigned cpus_requested = 0;
    Watch watch = Watch::failed;
    std::string error;  // why it failed, in words for the person at the terminal
    Log log;
    std::string registers;  // the debugger's answers to register_commands, of all CPUs
    std::map<unsigned, evidence::Arrival> arrivals;  // by CPU number
    std::string serial;
    double seconds = 0;
};

/// Pure, as far as reading `machine.memory` is.
evidence::Evidence read(const Capture& capture, const guest::Machine& machine);

/// An exception as the log tells it: without a place.
evidence::Exception exception_of(const LoggedException& logged);

/// The exceptions of the CPU that shut down, as the log has them, oldest first; `registers` are
/// that CPU's, where they are known.
std::vector<evidence::Exception> fatal_exceptions(
    const Log& log, const guest::Machine& machine,
    const std::optional<evidence::Registers>& registers);

}  // namespace bochs
