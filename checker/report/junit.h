#pragma once

#include <string>

#include "checker/grading/grade.h"
#include "checker/report/markup.h"

namespace report {

/// A file of JUnit XML that is being made: UTF-8, and free of the characters that XML forbids.
struct JUnitFile {
    pugi::xml_document document;
    // What the testsuites go into.
    Element suites = Element{document.append_child("testsuites")}.set("name", "sipi");

    std::string text();
};

/// Counts what is in a testsuite, or in all of them, by now.
void set_counts(Element& suites);

/// The grade as JUnit XML, as Jenkins and GitLab read it: a testsuite for each lab, a testcase for
/// each of its facts. What the student has not done is a `failure`, with the lab's whole report as
/// its text; what the checker could not judge is an `error`. Always well-formed UTF-8, and free of
/// the characters that XML forbids, whatever the guest printed.
std::string junit(const grading::Grade& grade);

}  // namespace report
