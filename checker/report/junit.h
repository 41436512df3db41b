#pragma once

#include <string>

#include "checker/grading/grade.h"

namespace report {

/// The grade as JUnit XML, as Jenkins and GitLab read it: a testsuite for each lab, a testcase for
/// each of its facts. What the student has not done is a `failure`, with the lab's whole report as
/// its text; what the checker could not judge is an `error`. Always well-formed UTF-8, and free of
/// the characters that XML forbids, whatever the guest printed.
std::string junit(const grading::Grade& grade);

}  // namespace report
