// A report held against itself and against the evidence: what it says in one place and denies in
// another, or what the machine denies.
#pragma once

#include <string>
#include <vector>

#include "checker/grading/grade.h"

namespace submissions {

/// A line for each, "RULE: what". Pure; of a grade with a checker error, or one that does not
/// build, none. `starter`: the grade of the untouched starter, where what was handed in is not it.
std::vector<std::string> contradictions(const grading::LabGrade& grade,
                                        const grading::LabGrade* starter = nullptr);

/// The names of all rules.
std::vector<std::string_view> names_of_contradictions();

}  // namespace submissions
