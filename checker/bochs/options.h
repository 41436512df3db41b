#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bochs {

/// What a Bochs has to be started with so that its debugger prompts, by what it says to `--help`:
/// since 3.0 the debugger waits to be asked for, and an older one refuses the option.
std::vector<std::string> debugger_options(std::string_view help);

/// The same for the Bochs in PATH, which is asked once in the life of this process. Throws
/// StartError if it cannot be started.
const std::vector<std::string>& debugger_options();

}  // namespace bochs
