#pragma once

#include <filesystem>
#include <optional>

namespace command_line {

/// The folder of the project: the one that was named; else the first above the working folder, else
/// above this program, that looks like it. Throws checker::Error.
std::filesystem::path find_project(const std::optional<std::filesystem::path>& named);

/// The project's folder of what make has built: this program's own, where it lies in the project;
/// each compiler has one.
std::filesystem::path find_built(const std::filesystem::path& project);

}  // namespace command_line
