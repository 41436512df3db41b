#pragma once

#include <filesystem>
#include <vector>

#include "checker/command_line/options.h"
#include "checker/grading/grader.h"
#include "checker/lab/lab.h"

namespace command_line {

/// Does what was asked for, by the commands below, prints it, and returns the exit status. Throws
/// checker::Error for what keeps it from starting.
int run(const Options& options, const grading::BootFunction& boot);

/// Prints what the catalogue says of options.cause, or without one what there is, by lab. Returns
/// the exit status. Throws checker::Error for an id that there is not, with those that are near.
int cause(const Options& options, const std::vector<lab::Lab>& labs);

/// Prints the lab's hint options.hint, or the one after that which was printed last: `shown` is the
/// folder where that is noted. Returns the exit status. Throws checker::Error for a hint that there
/// is not.
int hint(const Options& options, const lab::Lab& lab, const std::filesystem::path& shown);

/// Checks one of `labs`, the `first` to begin with, now and whenever one of its files is saved,
/// until somebody says q or the terminal is gone; leaves the terminal as it was, and no process.
/// Returns the exit status: 0, or after a signal 128 and its number. Throws checker::Error where
/// there is no terminal.
int watch(const Options& options, const std::vector<lab::Lab>& labs, unsigned first,
          const std::filesystem::path& project);

/// Grades the class in options.from, by `request` but for the submission. Returns the exit status:
/// a checker error is one that somebody's lab met. Throws checker::Error for what keeps all from
/// being graded, for instance starters in labs/ that do not show what they should.
int grade_class(const Options& options, const grading::Request& request,
                const std::vector<lab::Lab>& labs, const grading::BootFunction& boot);

/// What that runs in processes of their own: collects one hand-in, or grades one student.
int take(const Options& options, const std::vector<lab::Lab>& labs);
int grade_student(const Options& options, const grading::Request& request,
                  const std::vector<lab::Lab>& labs, const grading::BootFunction& boot);

}  // namespace command_line
