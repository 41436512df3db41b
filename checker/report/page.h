#pragma once

#include <string>

#include "checker/grading/grade.h"
#include "checker/report/source.h"

namespace report {

/// The grade as one page for a browser, to look at: nothing is loaded and nothing runs in it. It is
/// XHTML in its syntax, so a program can read it too. `sources` gives the source lines (see
/// shown_files); without it there are none. Ends with a newline.
std::string page(const grading::Grade& grade, const SourceReader& sources);

}  // namespace report
