#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "checker/lab/lab.h"

namespace lab {

/// The lab that a lab.toml states. `directory` is its folder's name, "5-nx-wp"; `text` the file.
/// Throws checker::Error, with file and line, for anything missing, unknown or contradictory.
Lab parse(std::string_view directory, std::string_view text);

/// Every lab of the project that has a labs/N-name/lab.toml, by number, and its catalogue of
/// causes. Throws checker::Error where one is not valid, or where there is none.
std::vector<Lab> discover(const std::filesystem::path& project);

}  // namespace lab
