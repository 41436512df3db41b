#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace classroom {

/// What an archive says of one of its files.
struct Entry {
    std::string path;  // relative, with /, without ".." or empty parts
    bool regular = true;
};

/// Goes through a zip or tar file, compressed by whatever libarchive knows of gzip, bzip2, xz and
/// zstd. `wants` says of which files the content is wanted, of at most so many bytes; `take` gets
/// it, or an empty text and true for one that is longer. Throws checker::Error for what is no such
/// archive, is damaged or encrypted, or goes on beyond what a submission needs.
void go_through(const std::filesystem::path& archive,
                const std::function<std::size_t(const Entry&)>& wants,
                const std::function<void(const Entry&, std::string content, bool too_long)>& take);

}  // namespace classroom
