#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "checker/evidence/evidence.h"

namespace qemu {

/// Reads one of QEMU's register dumps: a block of `info registers`, or what `-d int` logs with an
/// exception. 16- and 32-bit CPUs are dumped with other names (EIP for RIP). Nothing unless the
/// dump has all the control registers, which come last.
std::optional<evidence::Registers> parse_registers(std::string_view dump);

/// No log or answer has more, whatever number it says.
constexpr unsigned most_cpus = 4096;

/// Reads the answer to `info registers -a`, by CPU number. An element is empty where its dump is.
std::vector<std::optional<evidence::Registers>> parse_cpus(std::string_view text);

}  // namespace qemu
