#pragma once

#include <map>
#include <string>
#include <string_view>

#include "checker/evidence/evidence.h"
#include "checker/evidence/machine.h"
#include "checker/evidence/qemu_log.h"

namespace evidence {

/// What one run of QEMU left, as it came.
struct QemuCapture {
    /// Why the watching ended.
    enum class Watch { shut_down, out_of_time, flooded, failed };

    Way way = Way::rom;
    unsigned cpus_requested = 0;
    Watch watch = Watch::failed;
    std::string reason;  // why it shut down, in QEMU's words: "guest-shutdown", "guest-reset"
    std::string error;   // why it failed, in words for the person at the terminal
    QemuLog log;
    std::string registers;                 // the answer to `info registers -a`
    std::map<unsigned, Arrival> arrivals;  // by CPU number
    std::string serial;
    double seconds = 0;
};

/// Pure.
Evidence read_qemu(const QemuCapture& capture, const Machine& machine);

/// The exceptions of a chain, with their places. Of a double fault both that made it are named.
std::vector<Exception> exceptions_of(const std::vector<LoggedException>& chain,
                                     const Machine& machine);

/// How many of the registers that tell CPUs apart are equal.
std::size_t likeness(const Registers& a, const Registers& b);

}  // namespace evidence
