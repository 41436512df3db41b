// Grading many submissions, several at a time, without a process for each.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "checker/grading/grade.h"
#include "checker/process/walls.h"
#include "tests/submissions/case.h"

namespace submissions {

struct Submission {
    const lab::Lab* lab;  // by which it is judged; seams of other labs stand beside
    Files files;
    std::vector<evidence::Engine> engines = {evidence::Engine::qemu, evidence::Engine::bochs};
};

struct Options {
    evidence::Way way = evidence::Way::rom;
    process::Walls walls = process::Walls::landlock;
    bool report = false;  // show all of each
    bool update = false;  // write down what came of them
};

/// What came of one, and what its report says and denies (see contradictions.h).
struct Judged {
    grading::LabGrade grade;
    std::vector<std::string> contradictions;
};

/// Calls `done` with the number of each and what came of it, in their order. What the checker
/// cannot do is a grade with a checker error.
void judge(const Project& project, std::span<const Submission> all, const Options& options,
           const std::function<void(std::size_t, const Judged&)>& done);

/// A line for each, as problems are shown.
std::string as_lines(const std::vector<std::string>& contradictions);

/// What one engine alone would have made of it.
Verdict verdict_of(evidence::Engine engine, const grading::LabGrade& grade);

/// The text report.
std::string report_of(const grading::LabGrade& grade);

}  // namespace submissions
