// All labs at once, for a person.
#pragma once

#include <string>

#include "checker/grading/grade.h"
#include "checker/report/layout.h"

namespace report {

/// A few lines for each lab, the cause first; then the kernel with all of them; then the points.
std::string overview(const grading::Grade& grade, const Style& style);

/// "16 of 20 points", and how many labs could not be judged.
std::string points(const grading::Grade& grade, const Style& style);

/// Each lab's own report, and in the end one line for each, for a student who asks about all.
std::string every_report(const grading::Grade& grade, const Style& style);

}  // namespace report
