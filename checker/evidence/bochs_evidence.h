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

/// The autopsy of a log alone, which somebody made with debug messages of the CPUs reported: the
/// CPU that died and its exceptions, and the registers of all.
Evidence read_bochs_log(std::string_view text, const Symbols& symbols);

}  // namespace evidence
