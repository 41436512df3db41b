#pragma once

#include "checker/bochs/fork_server.h"
#include "checker/engine/boot.h"
#include "checker/evidence/evidence.h"

namespace bochs {

/// Boots the kernel in Bochs and says what became of it, with the same contract as qemu::run.
evidence::Evidence run(const engine::Request& request, ForkServers& servers);

}  // namespace bochs
