#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace classroom {

/// A file's bytes; empty where it cannot be read.
std::string read_text(const std::filesystem::path& file);

/// Puts a file in place with one step, once all of it is on the disk. Throws checker::Error.
void write_whole(const std::filesystem::path& file, std::string_view text);

/// What a program said, without the line ends after it.
std::string trimmed(std::string text);

}  // namespace classroom
