// The reports that a person reads at a terminal.
#pragma once

#include <string>

#include "checker/grading/grade.h"
#include "checker/report/layout.h"

namespace report {

/// One lab: the outcome, the cause first, what shows it, what to do, where the engines differ, and
/// what each fact earns.
std::string text(const grading::LabGrade& grade, const Style& style);

/// The same without points and what earns them: how it came out, and why.
std::string autopsy(const grading::LabGrade& grade, const Style& style);

/// "Lab 5  Title  fault  0 of 20": what progress says of a lab that is done.
std::string one_line(const grading::LabGrade& grade, const Style& style);

/// All labs: a few lines for each, the cause first; then the kernel with all of them; then the
/// points.
std::string overview(const grading::Grade& grade, const Style& style);

/// "16 of 20 points", and how many labs could not be judged.
std::string points(const grading::Grade& grade, const Style& style);

/// Each lab's own report, and in the end one line for each, for a student who asks about all.
std::string every_report(const grading::Grade& grade, const Style& style);

}  // namespace report
