#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "checker/engine/request.h"

namespace qemu {

/// The numbers under which QEMU inherits its descriptors. Standard input and output carry QMP.
inline constexpr int memory_descriptor = 3;
inline constexpr int serial_descriptor = 4;
inline constexpr int log_descriptor = 5;
inline constexpr int debugger_descriptor = 6;  // only with debugger_arguments

/// How QEMU is started for a run that can be repeated, leaves everything to be looked at, and has
/// no way out of its sandbox.
std::vector<std::string> arguments(const engine::Request& request);

/// What to add for a debugger at the other end of a socket, not of a port: the machine waits for it
/// to say that it may run.
std::vector<std::string> debugger_arguments();

/// How much of its RAM QEMU's machine "pc" or "q35" has below 4 GiB, as its pc_piix.c and pc_q35.c
/// decide it.
std::uint64_t ram_below_4_gib(std::string_view machine, std::uint64_t bytes);

}  // namespace qemu
