// Advice that is written already: the catalogue's causes, the labs' hints.
#pragma once

#include <filesystem>
#include <vector>

#include "checker/command_line/options.h"
#include "checker/lab/lab.h"

namespace command_line {

/// Prints what the catalogue says of options.cause, or without one what there is, by lab. Returns
/// the exit status. Throws checker::Error for an id that there is not, with those that are near.
int cause(const Options& options, const std::vector<lab::Lab>& labs);

/// Prints the lab's hint options.hint, or the one after that which was printed last: `shown` is the
/// folder where that is noted. Returns the exit status. Throws checker::Error for a hint that there
/// is not.
int hint(const Options& options, const lab::Lab& lab, const std::filesystem::path& shown);

}  // namespace command_line
