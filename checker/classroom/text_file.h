#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace classroom {

/// Puts a file in place with one step, once all of it is on the disk. Throws checker::Error.
void write_whole(const std::filesystem::path& file, std::string_view text);

/// What a program said, without the line ends after it.
std::string trimmed(std::string text);

}  // namespace classroom
