#pragma once

#include "checker/command_line/options.h"
#include "checker/grading/grader.h"

namespace command_line {

/// Does what was asked for, prints it, and returns the exit status. Throws checker::Error for what
/// keeps it from starting.
int run(const Options& options, const grading::BootFunction& boot);

}  // namespace command_line
