#pragma once

#include "checker/bochs/log.h"
#include "checker/engine/boot.h"
#include "checker/guest/machine.h"

namespace bochs {

struct Capture : engine::Capture {
    Log log;
};

/// What one run of Bochs means. Pure, as far as reading `machine.memory` is.
evidence::Evidence read(const Capture& capture, const guest::Machine& machine);

/// An exception as the log tells it: without a place.
evidence::Exception exception_of(const LoggedException& logged);

/// The exceptions of the CPU that shut down, as the log has them, oldest first; `registers` are
/// that CPU's, where they are known.
std::vector<evidence::Exception> fatal_exceptions(
    const Log& log, const guest::Machine& machine,
    const std::optional<evidence::Registers>& registers);

}  // namespace bochs
