#pragma once

#include <vector>

#include "checker/command_line/options.h"
#include "checker/lab/lab.h"

namespace command_line {

/// Prints what the catalogue says of options.cause, or without one what there is, by lab. Returns
/// the exit status. Throws checker::Error for an id that there is not, with those that are near.
int cause(const Options& options, const std::vector<lab::Lab>& labs);

}  // namespace command_line
