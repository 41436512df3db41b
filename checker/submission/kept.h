// What has been made is kept, with a note of what it was made from.
#pragma once

#include <filesystem>
#include <string>

namespace submission {

/// Tells a file from what it was before: its name, size, dates and number; or that there is none.
std::string identity(const std::filesystem::path& file);

/// The same of every header and include file in a folder, or of a single file.
std::string identity_of_headers(const std::filesystem::path& place);

/// `file` was made from just these inputs, and has not been written to since.
bool is_made_from(const std::filesystem::path& file, const std::string& inputs);

/// To be said before `file` is made, and when it is.
void forget_made(const std::filesystem::path& file);
void note_made_from(const std::filesystem::path& file, const std::string& inputs);

}  // namespace submission
