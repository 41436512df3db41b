#pragma once

#include <string>
#include <vector>

#include "checker/grading/grade.h"

namespace report {

/// What became of the kernel with all labs in it: one line that says whether it comes up whole, and
/// where it does not, what stopped it. Printable, not coloured, not wrapped. `labs` is how many
/// there are.
std::vector<std::string> whole(const grading::Together& together, std::size_t labs);

}  // namespace report
