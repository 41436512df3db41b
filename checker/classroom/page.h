#pragma once

#include <string>

#include "checker/classroom/classroom.h"

namespace classroom {

/// The class as one page for a browser: how each lab came out, which causes how many met, and a
/// table of students to search and sort. It loads nothing; without its script all stands open.
/// Each student's own page is linked to, as students/NAME/page.html beside it. The same class has
/// the same page. Ends with a newline.
std::string page(const Class& all);

}  // namespace classroom
