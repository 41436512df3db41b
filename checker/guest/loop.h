#pragma once

#include "checker/evidence/evidence.h"
#include "checker/guest/machine.h"

namespace guest {

/// The loop in which `registers` stand, as the code in memory now shows it: from their RIP on
/// straight ahead, along jumps, until that leads back. Nothing where it does not, or where code
/// goes on that is not known before it has run.
std::optional<evidence::Loop> loop_at(const Machine& machine, const evidence::Registers& registers);

}  // namespace guest
