#pragma once

#include "checker/grading/grade.h"
#include "checker/report/html_element.h"

namespace report {

/// What each engine says of a lab, side by side: how the run ended, the first exception, the trace;
/// differences marked, and the known reasons for them below. Nothing for fewer than two runs.
void add_engines(Element& parent, const grading::LabGrade& grade);

}  // namespace report
