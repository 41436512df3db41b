#pragma once

#include "checker/evidence/evidence.h"
#include "checker/evidence/machine.h"

namespace evidence {

/// The loop in which `registers` stand, as the code in memory now shows it: from their RIP on
/// straight ahead, along jumps, until that leads back. Nothing where it does not, or where code
/// goes on that is not known before it has run.
std::optional<Loop> loop_at(const Machine& machine, const Registers& registers);

}  // namespace evidence
