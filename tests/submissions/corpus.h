// The cases of tests/submissions/, judged.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tests/submissions/case.h"
#include "tests/submissions/judge.h"

namespace submissions {

inline const std::filesystem::path corpus = "tests/submissions";

/// The cases at these places; with options.update they may be unfinished.
std::vector<Case> read_cases(const std::vector<std::filesystem::path>& places,
                             const Options& options, const Project& project);

/// The text of a case with other verdicts in its head.
std::string with_verdicts(std::string_view text, const Verdicts& verdicts);

/// Judges them, prints a line for each, and at the end how often the cause was named. False if one
/// is not as its head says. With options.update its head says it afterwards; what is right stays
/// right.
bool judge_cases(const std::vector<Case>& cases, const Options& options, const Project& project);

}  // namespace submissions
