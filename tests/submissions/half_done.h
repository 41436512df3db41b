// Half-done work, judged: every prefix of the references, and what it is to be called.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/submissions/judge.h"
#include "tests/submissions/prefixes.h"

namespace submissions {

/// What each engine alone is to make of a prefix: diagnosis and points, "pae-missing 6".
struct Said {
    std::string qemu, bochs;
    bool operator==(const Said&) const = default;
};

/// From a file of lines, one for each prefix, in their order; with what both say where they differ:
///     NAME | DIAGNOSIS POINTS | STATEMENT
/// Throws std::runtime_error, with file and line, where the prefixes are others.
std::vector<Said> parse_expected(const std::string& path, std::string_view text,
                                 const Prefixes& prefixes);
std::string expected_text(const Prefixes& prefixes, const std::vector<Said>& said);

/// Judges the prefixes of a lab, or of all where it is 0, and prints points, diagnoses and causes
/// of each. False if an engine has no name for one, if points fall from one to the next, or if what
/// comes of one is not what tests/submissions/N-lab/prefixes.expected says; with options.update
/// that is written.
bool judge_half_done(unsigned lab, Below below, const Options& options, const Project& project);

}  // namespace submissions
