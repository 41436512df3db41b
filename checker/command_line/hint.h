#pragma once

#include <filesystem>

#include "checker/command_line/options.h"
#include "checker/lab/lab.h"

namespace command_line {

/// Prints the lab's hint options.hint, or the one after that which was printed last: `shown` is the
/// folder where that is noted. Returns the exit status. Throws checker::Error for a hint that there
/// is not.
int hint(const Options& options, const lab::Lab& lab, const std::filesystem::path& shown);

}  // namespace command_line
