#pragma once

#include <string>

#include "checker/grading/grade.h"

namespace report {

/// The grade for programs. What docs and other programs may rely on: `points`, `max_points`, `labs`
/// with `lab`, `name`, `points`, `max_points`, `outcome`, `diagnosis`, `runs`, and of each run
/// `engine`, `cpus_requested`, `outcome`, `diagnosis`, `seconds`, `cpus` with `trace` and
/// `exceptions`, oldest first. docs/report.md tells of the rest. Ends with a newline.
std::string json(const grading::Grade& grade);

/// The grade as Gradescope's results.json: a test for each fact of each lab, and the score of all.
/// A lab that the checker itself could not judge has tests without a score. Ends with a newline.
std::string gradescope(const grading::Grade& grade);

}  // namespace report
