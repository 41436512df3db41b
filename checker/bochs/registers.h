#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checker/evidence/evidence.h"

namespace bochs {

/// The commands, one a line, that make Bochs's debugger print all about the registers of one CPU.
std::string register_commands(unsigned cpu);

/// Reads what the debugger answered to those commands, for `cpus` CPUs. An element is empty where
/// anything is missing.
std::vector<std::optional<evidence::Registers>> parse_cpus(std::string_view answers, unsigned cpus);

/// Reads a register dump of Bochs's log (see Log::dump). The tables' registers are not in it.
std::optional<evidence::Registers> parse_dump(std::string_view dump);

}  // namespace bochs
