// What a log alone tells of how a CPU died, of any kernel.
#pragma once

#include "checker/bochs/log.h"
#include "checker/causes/autopsy.h"
#include "checker/explain/report.h"
#include "checker/guest/symbols.h"
#include "checker/qemu/log.h"

namespace explain {

using causes::Autopsy;
using causes::Recursion;

/// Pure, as far as reading symbols is.
Autopsy autopsy_of(const qemu::Log& log, const guest::Symbols& symbols);
Autopsy autopsy_of(const bochs::Log& log, const guest::Symbols& symbols);
Autopsy autopsy_of(const Report& report, const guest::Symbols& symbols);

}  // namespace explain
