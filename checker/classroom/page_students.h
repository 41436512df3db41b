#pragma once

#include <string>

#include "checker/classroom/classroom.h"
#include "checker/report/element.h"

namespace classroom {

/// The part of the class's page with a line for each student, to search and sort, and what there is
/// to say of each below it.
void add_students(report::Element& main, const Class& all);

/// What a link to a student leads to, by the place in Class::rows.
std::string anchor(std::size_t row);

}  // namespace classroom
