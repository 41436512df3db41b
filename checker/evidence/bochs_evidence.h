#pragma once

#include <map>
#include <string>
#include <string_view>

#include "checker/evidence/bochs_log.h"
#include "checker/evidence/evidence.h"
#include "checker/evidence/machine.h"

namespace evidence {

/// What one run of Bochs left, as it came.
struct BochsCapture {
    /// Why the watching ended.
    enum class Watch { stopped, out_of_time, flooded, failed };

    Way way = Way::rom;
    unsigned cpus_requested = 0;
    Watch watch = Watch::failed;
    std::string error;  // why it failed, in words for the person at the terminal
    BochsLog log;
    std::string registers;  // the debugger's answers to bochs_register_commands, of all CPUs
    std::map<unsigned, Arrival> arrivals;  // by CPU number
    std::string serial;
    double seconds = 0;
};

/// Pure, as far as reading `machine.memory` is.
Evidence read_bochs(const BochsCapture& capture, const Machine& machine);

/// An exception as the log tells it: without a place.
Exception exception_of(const BochsException& logged);

/// The exceptions of the CPU that shut down, as the log has them, oldest first; `registers` are
/// that CPU's, where they are known.
std::vector<Exception> fatal_exceptions(const BochsLog& log, const Machine& machine,
                                        const std::optional<Registers>& registers);

}  // namespace evidence
