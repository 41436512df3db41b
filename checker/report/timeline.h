#pragma once

#include "checker/evidence/evidence.h"
#include "checker/report/element.h"

namespace report {

/// The way of each CPU from real mode to its scheduler: a table with a row for each CPU, or for
/// several in a row that came equally far; in it the letters that it left, those that it never
/// left, and where it died. `told_about` stands out; may be null.
void add_timeline(Element& parent, const evidence::Evidence& evidence,
                  const evidence::Cpu* told_about);

}  // namespace report
