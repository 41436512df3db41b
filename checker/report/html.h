#pragma once

#include <string>

#include "checker/grading/grade.h"
#include "checker/report/html_source.h"

namespace report {

/// The grade as one page for a browser, to look at: nothing is loaded and nothing runs in it. It is
/// XHTML in its syntax, so a program can read it too. `sources` gives the source lines (see
/// html_files.h); without it there are none. Ends with a newline.
std::string html(const grading::Grade& grade, const SourceReader& sources);

}  // namespace report
