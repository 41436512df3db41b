#pragma once

#include "checker/grading/grade.h"
#include "checker/report/source.h"

namespace report {

/// What one run shows, each part only where there is something to see: the exhibits of the
/// diagnosis, source lines, the CPUs' ways, the exception chain, the page walk, registers, and what
/// the guest printed last.
void add_run(Element& parent, const grading::Run& run, const SourceReader& sources);

}  // namespace report
