#pragma once

#include "checker/engine/boot.h"
#include "checker/evidence/evidence.h"
#include "checker/process/fork_server.h"

namespace bochs {

/// Boots the kernel in Bochs and says what became of it, with the same contract as qemu::run.
evidence::Evidence run(const engine::Request& request, process::ForkServers& servers);

}  // namespace bochs
