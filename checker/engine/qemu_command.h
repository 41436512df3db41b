#pragma once

#include <string>
#include <vector>

#include "checker/engine/request.h"

namespace engine {

/// The numbers under which QEMU inherits its descriptors. Standard input and output carry QMP.
inline constexpr int qemu_memory_descriptor = 3;
inline constexpr int qemu_serial_descriptor = 4;
inline constexpr int qemu_log_descriptor = 5;
inline constexpr int qemu_debugger_descriptor = 6;  // only with qemu_debugger_arguments

/// How QEMU is started for a run that can be repeated, leaves everything to be looked at, and has
/// no way out of its sandbox.
std::vector<std::string> qemu_arguments(const Request& request);

/// What to add for a debugger at the other end of a socket, not of a port: the machine waits for it
/// to say that it may run.
std::vector<std::string> qemu_debugger_arguments();

}  // namespace engine
