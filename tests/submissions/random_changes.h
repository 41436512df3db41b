// Changes that no list foresees: lines of the references left out, doubled and exchanged at random,
// the same in every run. What comes of one nobody knows; but its report must not contradict itself.
#pragma once

#include <string>
#include <vector>

#include "tests/submissions/judge.h"

namespace submissions {

struct RandomChange {
    std::string name;  // "long_mode.asm 17: without 12, 3 for 9"
    const lab::Lab* lab;
    Files files;
};

/// The change of that number: one to three of them, in one student's region. Pure.
RandomChange random_change(unsigned number, const Project& project);

/// Judges `count` of them from `first` on. False if a report contradicts itself, or the checker
/// fails.
bool judge_random_changes(unsigned first, unsigned count, const Options& options,
                          const Project& project);

}  // namespace submissions
