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

/// The first few lines of a build's output that say what is wrong with the student's files: the
/// compiler's and the assembler's errors in files below `names.to` (after renaming), and the
/// linker's. Lines about other files are left out: an error message can quote a file that is none
/// of the student's business. Pure.
std::vector<std::string> first_errors(std::string_view output, const Renamed& names);

}  // namespace submission
