#pragma once

#include "checker/command_line/options.h"

namespace command_line {

/// Prints the account of options.log, which may be of any kernel, and returns the exit status.
/// Throws checker::Error for what is no log.
int explain_log(const Options& options);

}  // namespace command_line
