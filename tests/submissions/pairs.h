// Two mistakes at once: which of them is named.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/submissions/case.h"
#include "tests/submissions/judge.h"

namespace submissions {

/// A line of pairs.expected:
///     FIRST + SECOND | DIAGNOSIS | NOTE
/// names of cases, "4-long-mode/no-pae"; what both together are called, QEMU's and Bochs's where
/// they differ. An AP meets the first one first, so that is what the first alone is called, unless
/// the note says why it is not.
struct Pair {
    std::string first, second;
    std::map<evidence::Engine, std::string> called;
    std::string note;
};

/// Throws std::runtime_error, with file and line.
std::vector<Pair> parse_pairs(const std::string& path, std::string_view text);

/// Reads a case by its name. Throws std::runtime_error.
Case case_named(const std::string& name, const Project& project);

/// What a student would have who makes both mistakes. Throws std::runtime_error where both have
/// changed the same lines.
Files files_of_both(const Case& first, const Case& second, const Project& project);

/// Judges all pairs of tests/submissions/pairs.expected, or those with `text` in their names: of
/// one lab by this lab, of two by all labs together. False if one is not called what it should be,
/// or its report contradicts itself. With options.update what they are called is written down.
bool judge_pairs(std::string_view text, const Options& options, const Project& project);

}  // namespace submissions
