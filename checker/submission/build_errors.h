#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace submission {

/// How paths are shown: what stands left is written as what stands right.
struct Renamed {
    std::string from, to;
};

/// `text` with every occurrence of `names.from` renamed.
std::string renamed(std::string text, const Renamed& names);

/// The first few lines of a build's output that say what is wrong: errors of the compiler and the
/// assembler in the student's files, renamed, or in the project's, which lies at `project`; and the
/// linker's. Lines about files elsewhere are left out: an error message quotes what it stumbles
/// over, and that may be a file that is none of the student's business. Pure.
std::vector<std::string> first_errors(std::string_view output, const Renamed& names,
                                      std::string_view project);

}  // namespace submission
