#pragma once

#include "checker/engine/boot.h"
#include "checker/process/descriptor.h"
#include "checker/process/fork_server.h"
#include "checker/qemu/read.h"

namespace qemu {

/// Boots the kernel in QEMU and says what became of it. Whatever keeps QEMU from running is in the
/// evidence (End::engine_failed). Throws checker::Error if the kernel is no ELF file, and
/// std::system_error if this machine is out of resources. Several may run at the same time.
evidence::Evidence run(const engine::Request& request, process::ForkServers& servers);

/// The first half of that: boots with `memory` as the guest's RAM, waits until the guest ends,
/// halts for good, writes without end or is out of time, asks for all registers, and ends QEMU.
/// Looks at the first APs as they enter C++: `machine` has the same memory, as it is at any time,
/// and the kernel's symbols.
Capture watch(const engine::Request& request, process::Descriptor memory,
              const guest::Machine& machine, process::ForkServers& servers);

}  // namespace qemu
