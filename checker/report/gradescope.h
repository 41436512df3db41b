#pragma once

#include <string>

#include "checker/grading/grade.h"

namespace report {

/// The grade as Gradescope's results.json: a test for each fact of each lab, and the score of all.
/// A lab that the checker itself could not judge has tests without a score. Ends with a newline.
std::string gradescope(const grading::Grade& grade);

}  // namespace report
