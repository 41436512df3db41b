#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checker/guest/symbols.h"

namespace submission {

/// The first few errors of a compiler's, an assembler's or a linker's output, each with the line of
/// code and the caret that g++ puts below it. Only those in files that a student knows are shown:
/// the ones that `names` renames, and the given headers. Of one elsewhere, in a header of the
/// compiler for instance, only the student's line that led there is. Pure.
std::vector<std::string> first_errors(std::string_view output, const guest::Names& names);

}  // namespace submission
