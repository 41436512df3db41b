// Who grades many students: processes of this machine, or jobs of a cluster.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "checker/classroom/results.h"

namespace classroom {

/// A command that grades one student: the program, and its arguments but for the name.
using GradeCommand = std::vector<std::string>;

/// Told of each student who is done, or whom the grader failed on; one at a time.
using OnDone = std::function<void(const std::string& student)>;

/// Grades these students on this machine, so many at a time, each in a process of its own: what
/// breaks one stops nobody, and is noted as the grader's failure. Whom the grader failed on is
/// tried once more, alone. Throws checker::Error when the disk is full.
void grade_here(const std::vector<std::string>& students, const Results& results,
                const GradeCommand& command, unsigned jobs, const OnDone& on_done);

/// Grades these students as job arrays of a Slurm cluster, at most `jobs` at a time, where every
/// node sees the project and the reports under the same names. Whom a node failed on is tried
/// again, twice. Jobs of a run that was ended are awaited first. Throws checker::Error.
void grade_by_slurm(const std::vector<std::string>& students, const Results& results,
                    const GradeCommand& command, unsigned jobs, const OnDone& on_done);

/// Does `work` with 0, 1, 2... up to `count`, so many at a time, on threads. The first that throws
/// ends it, once those at work are done; that is thrown again.
void for_each(std::size_t count, unsigned jobs, const std::function<void(std::size_t)>& work);

/// What a program wrote, without the line ends after it; `otherwise` where that is nothing.
std::string said(std::string written, std::string otherwise);

/// Throws checker::Error where a folder's disk has no room for another student.
void require_room(const std::filesystem::path& folder);

}  // namespace classroom
