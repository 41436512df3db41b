#pragma once

#include <string>
#include <vector>

#include "checker/classroom/local.h"

namespace classroom {

/// Grades these students as job arrays of a Slurm cluster, at most `jobs` at a time, where every
/// node sees the project and the reports under the same names. Whom a node failed on is tried
/// again, twice. Jobs of a run that was ended are awaited first. Throws checker::Error.
void grade_by_slurm(const std::vector<std::string>& students, const Results& results,
                    const GradeCommand& command, unsigned jobs, const OnDone& on_done);

}  // namespace classroom
