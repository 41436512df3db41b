#pragma once

#include <map>
#include <set>
#include <span>
#include <string>

#include "checker/classroom/hand_in.h"
#include "checker/lab/lab.h"

namespace classroom {

/// Seam files by their names in a submission, "5-nx-wp/match_bsp.cc".
using Seams = std::map<std::string, std::string>;

/// What can be graded of what somebody handed in; or why nothing can, in one line.
struct Sorted {
    Seams seams;
    std::string reason;
};

/// The names of all seam files.
std::set<std::string> seam_names(std::span<const lab::Lab> labs);

/// Finds each seam where people put it: in labs/N-name/, in N-name/ anywhere, or under its own name
/// alone. Of several the one in the better place counts, then the one with the shorter way to it;
/// two that differ in equally good places are a reason not to grade. What lies in the project's
/// other folders is nobody's answer. Pure.
Sorted sort(const HandIn& handed_in, std::span<const lab::Lab> labs);

}  // namespace classroom
