#pragma once

#include "checker/engine/boot.h"
#include "checker/guest/machine.h"
#include "checker/qemu/log.h"

namespace qemu {

struct Capture : engine::Capture {
    std::string reason;  // why it stopped, in QEMU's words: "guest-shutdown", "guest-reset"
    Log log;
};

/// What one run of QEMU means. Pure.
evidence::Evidence read(const Capture& capture, const guest::Machine& machine);

/// The exceptions of a chain, with their places. Of a double fault both that made it are named.
std::vector<evidence::Exception> exceptions_of(const std::vector<LoggedException>& chain,
                                               const guest::Machine& machine);

}  // namespace qemu
