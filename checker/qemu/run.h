#pragma once

#include "checker/engine/boot.h"
#include "checker/process/fork_server.h"

namespace qemu {

/// Boots the kernel in QEMU and says what became of it. Whatever keeps QEMU from running is in the
/// evidence (End::engine_failed). Throws checker::Error if the kernel is no ELF file, and
/// std::system_error if this machine is out of resources. Several may run at the same time.
evidence::Evidence run(const engine::Request& request, process::ForkServers& servers);

}  // namespace qemu
