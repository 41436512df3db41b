// A log as evidence, with the gaps that it has: the one CPU that it is about, of any kernel.
#pragma once

#include "checker/evidence/evidence.h"
#include "checker/guest/symbols.h"
#include "checker/logs/read_log.h"

namespace logs {

/// Pure, as far as reading symbols is.
evidence::Evidence evidence_of(const Log& log, const guest::Symbols& symbols);

}  // namespace logs
