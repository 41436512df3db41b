#pragma once

#include <filesystem>
#include <vector>

#include "checker/command_line/options.h"
#include "checker/lab/lab.h"

namespace command_line {

/// Checks one of `labs`, the `first` to begin with, now and whenever one of its files is saved,
/// until somebody says q or the terminal is gone; leaves the terminal as it was, and no process.
/// Returns the exit status: 0, or after a signal 128 and its number. Throws checker::Error where
/// there is no terminal.
int watch(const Options& options, const std::vector<lab::Lab>& labs, unsigned first,
          const std::filesystem::path& project);

}  // namespace command_line
