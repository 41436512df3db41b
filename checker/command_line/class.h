#pragma once

#include <vector>

#include "checker/command_line/options.h"
#include "checker/grading/grader.h"
#include "checker/lab/lab.h"

namespace command_line {

/// Grades the class in options.from, by `request` but for the submission. Returns the exit status:
/// a checker error is one that somebody's lab met. Throws
/// checker::Error for what keeps all from being graded, for instance starters in labs/ that do not
/// show what they should.
int grade_class(const Options& options, const grading::Request& request,
                const std::vector<lab::Lab>& labs, const grading::BootFunction& boot);

/// What that runs in processes of their own: collects one hand-in, or grades one student.
int take(const Options& options, const std::vector<lab::Lab>& labs);
int grade_student(const Options& options, const grading::Request& request,
                  const std::vector<lab::Lab>& labs, const grading::BootFunction& boot);

}  // namespace command_line
