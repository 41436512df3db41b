#pragma once

#include "checker/engine/request.h"
#include "checker/evidence/evidence.h"

namespace engine {

/// Boots the kernel in Bochs and says what became of it, with the same contract as run_qemu.
evidence::Evidence run_bochs(const Request& request);

}  // namespace engine
