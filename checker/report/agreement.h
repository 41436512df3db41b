#pragma once

#include <string>
#include <vector>

#include "checker/grading/grade.h"

namespace report {

/// Runs that tell the same story: outcome, cause, and place of the first exception. The
/// pointers point into the grade.
using Agreeing = std::vector<const grading::Run*>;

/// "QEMU and Bochs": their engines.
std::string names(const Agreeing& runs);

/// The runs of a lab in groups that agree, the worst outcome first. A report says each story once.
std::vector<Agreeing> agreements(const grading::LabGrade& grade);

/// What else is to say of runs that agree: an error code in which the engines differ, and one in
/// which an engine differs from what the lab documents for it.
std::vector<std::string> remarks(const lab::Lab& lab, const Agreeing& runs);

}  // namespace report
