#pragma once

#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "checker/grading/grade.h"

namespace report {

/// A file of JUnit XML that is being made: UTF-8, and free of the characters that XML forbids.
class JUnitFile {
  public:
    JUnitFile();
    pugi::xml_node suites;  // what the testsuites go into
    /// Counts what is below `node` by now.
    static void set_counts(pugi::xml_node node);
    std::string text() const;

  private:
    pugi::xml_document document_;
};

/// The value is made printable.
void set_attribute(pugi::xml_node node, const char* attribute, std::string_view value);

/// The grade as JUnit XML, as Jenkins and GitLab read it: a testsuite for each lab, a testcase for
/// each of its facts. What the student has not done is a `failure`, with the lab's whole report as
/// its text; what the checker could not judge is an `error`. Always well-formed UTF-8, and free of
/// the characters that XML forbids, whatever the guest printed.
std::string junit(const grading::Grade& grade);

}  // namespace report
