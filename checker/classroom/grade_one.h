#pragma once

#include <span>
#include <string>

#include "checker/classroom/results.h"
#include "checker/grading/grader.h"

namespace classroom {

/// Grades what Results::inputs() has of a student, by `request` but for the submission, and writes
/// the three reports and the note. Nothing in them tells how long anything took: the same
/// submission has the same reports, byte for byte. For a process of its own, which whoever breaks
/// the grader breaks alone. Throws checker::Error where it cannot write.
void grade_one(const std::string& student, const Results& results, grading::Request request,
               std::span<const lab::Lab> labs, bool together, const grading::BootFunction& boot);

}  // namespace classroom
