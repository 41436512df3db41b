// What a log alone tells of how a CPU died, of any kernel.
#pragma once

#include "checker/causes/autopsy.h"
#include "checker/evidence/bochs_log.h"
#include "checker/evidence/qemu_log.h"
#include "checker/evidence/symbols.h"

namespace explain {

using causes::Autopsy;
using causes::Recursion;

/// Pure, as far as reading symbols is.
Autopsy autopsy_of(const evidence::QemuLog& log, const evidence::Symbols& symbols);
Autopsy autopsy_of(const evidence::BochsLog& log, const evidence::Symbols& symbols);

}  // namespace explain
