#pragma once

#include <string>
#include <string_view>

#include "checker/evidence/symbols.h"

namespace evidence {

/// What the kernel prints of a panic, with the names of its functions: a kernel that is built for a
/// check has an empty table of them, since only the checker reads it. Each address that stands
/// where kernel/cpu/symbols.h would put a name behind it gets that name, unless it has one. Pure.
std::string with_names(std::string_view text, const Symbols& symbols);

}  // namespace evidence
