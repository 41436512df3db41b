#pragma once

#include <string>

#include "checker/grading/grade.h"
#include "checker/report/html_element.h"
#include "checker/report/html_source.h"

namespace report {

/// One lab: how it came out, the cause first, then what each run shows, then its facts. A lab that
/// passed has its facts only.
void add_lab(Element& parent, const grading::LabGrade& grade, const SourceReader& sources);

/// A lab's outcome, with a sign that needs no colour.
void add_badge(Element& parent, judgement::Outcome outcome);

/// "7 of 20", or "not judged".
std::string points_of(const grading::LabGrade& grade);

/// What a link to a lab leads to: "lab-5".
std::string anchor(const grading::LabGrade& grade);

}  // namespace report
