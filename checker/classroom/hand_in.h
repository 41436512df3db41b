// What somebody handed in, as a folder, an archive or a git repository: read, never unpacked.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace classroom {

/// Where Gradescope says whose each submission of a download is.
inline constexpr const char* metadata_name = "submission_metadata.yml";

/// A file that is called like one that is looked for.
struct Found {
    std::string path;     // below what was handed in; with / whatever wrote it
    std::string content;  // empty where there is a problem
    std::string problem;  // "is a symbolic link; ...": why it is not taken
};

struct HandIn {
    std::vector<Found> files;
    std::vector<std::string> others;  // the first few files with other names, to be told of
};

/// The end of an archive's name that is known here, ".tar.gz"; empty for any other name.
std::string archive_suffix(const std::filesystem::path& file);

/// One file, which is to be called `path`. No link is followed, and no FIFO waited for.
Found read_file(const std::filesystem::path& file, std::string path);

/// Looks for files with these names. A folder that has none of them, but archives, stands for
/// those. No link is followed, and nothing is written. Git sees a repository's objects alone, and
/// `own_repository`, without settings, for the rest. Throws checker::Error, which says in one line
/// why it cannot be read: damaged, encrypted, beyond what anybody needs.
HandIn read_hand_in(const std::filesystem::path& handed_in, const std::set<std::string>& wanted,
                    const std::filesystem::path& own_repository);

/// Of an archive with a whole class in it, writes the files with these names, and archives, to the
/// folder `into`, as files 0, 1, 2..., and their paths to the file `paths` there, one a line; of
/// any other file an empty one. Throws as read_hand_in() does.
void unpack(const std::filesystem::path& archive, const std::set<std::string>& wanted,
            const std::filesystem::path& into);

/// Puts the files that unpack() wrote where their paths say, below `into`. For another process than
/// that one, which is not trusted after it has read an archive.
void arrange(const std::filesystem::path& unpacked, const std::filesystem::path& into);

}  // namespace classroom
