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

/// The autopsy of a log alone, which somebody made with `-d int,cpu_reset`: the CPU that died and
/// its exceptions, with the registers of the first. The log does not number that CPU. One without
/// an IDT is taken for the AP that had its INIT last, any other for the BSP.
Evidence read_qemu_log(std::string_view text, const Symbols& symbols);

}  // namespace evidence
