// What is taken from a submission: the seam files that lab.toml names, and nothing else.
#pragma once

#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "checker/lab/lab.h"

namespace submission {

/// A seam file's largest size, in bytes. The reference's are below 2 KiB.
inline constexpr std::size_t largest_seam_file = 256 * 1024;

/// A submitted file that is not acceptable: too big, a link, a folder. what() says which and why.
/// The student's to mend, so it counts as a lab that does not build.
struct Refused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct SeamFile {
    std::string name;
    std::string content;
    bool from_starter = false;  // the submission has none
};

/// The seam files of one lab, in lab.toml's order: from `submission`/N-name, or the starter's from
/// `project`/labs/N-name. No symbolic link is followed below `submission`, and only regular files
/// are opened. Throws Refused, or checker::Error for a file that cannot be read.
std::vector<SeamFile> take(const lab::Lab& lab, const std::filesystem::path& project,
                           const std::filesystem::path& submission);

/// Throws checker::Error, with what to do, unless `submission` is a folder that holds a seam file
/// of one of the labs.
void require_submission(std::span<const lab::Lab> labs, const std::filesystem::path& submission);

}  // namespace submission
