// All small changes of the references, judged.
#pragma once

#include <filesystem>
#include <string>

#include "tests/submissions/judge.h"

namespace submissions {

struct Sweep {
    std::string text;   // only changes with this in their name: "real_mode.asm drop"
    unsigned step = 1;  // and of them only each so-manieth
    std::filesystem::path harmless = "tests/submissions/harmless.txt";
};

/// Judges them in both engines, prints a line for each, and counts. One must lose points in an
/// engine, for a cause that this engine names, or be listed as harmless; false if one is neither,
/// or both.
bool judge_changes(const Sweep& sweep, const Options& options, const Project& project);

}  // namespace submissions
