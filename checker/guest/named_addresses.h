#pragma once

#include <string>
#include <string_view>

#include "checker/guest/symbols.h"

namespace guest {

/// What the kernel prints of a panic (kernel/cpu/trap_report.h), with the names of its functions:
/// each address of an instruction and of a caller gets one behind it, "smp::init_percpu+0x2c",
/// unless it has one. Pure.
std::string with_names(std::string_view text, const Symbols& symbols);

}  // namespace guest
