// Half-done work, judged: every prefix of the references, and what it is to be called.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/submissions/judge.h"
#include "tests/submissions/prefixes.h"

namespace submissions {

/// What a prefix is to be called by each engine.
struct Ids {
    std::string qemu, bochs;
    bool operator==(const Ids&) const = default;
};

/// From a file of lines, one for each prefix, in their order; with both diagnoses where they
/// differ:
///     NAME | DIAGNOSIS | STATEMENT
/// Throws std::runtime_error, with file and line, where the prefixes are others.
std::vector<Ids> parse_expected(const std::string& path, std::string_view text,
                                const Prefixes& prefixes);
std::string expected_text(const Prefixes& prefixes, const std::vector<Ids>& ids);

/// Judges the prefixes of a lab, or of all where it is 0, and prints points, diagnoses and causes
/// of each. False if points fall from one to the next, or a diagnosis is not that of
/// tests/submissions/N-lab/prefixes.expected, where there is this file; with options.update it is
/// written.
bool judge_half_done(unsigned lab, Below below, const Options& options, const Project& project);

}  // namespace submissions
