#pragma once

#include <string>

#include "checker/grading/grade.h"
#include "checker/report/layout.h"

namespace report {

/// One lab as a person reads it: the outcome, the cause first, what shows it, what to do, and where
/// the engines differ.
std::string text(const grading::LabGrade& grade, const Style& style);

/// The same without points and what earns them: how it came out, and why.
std::string autopsy(const grading::LabGrade& grade, const Style& style);

/// "lab 5  fault  0/20": what progress says of a lab that is done.
std::string one_line(const grading::LabGrade& grade, const Style& style);

/// What explains a diagnosis: the handout's file, and its section where one is about it.
std::string where_to_read(const grading::LabGrade& grade, const diagnosis::Diagnosis& found);

}  // namespace report
