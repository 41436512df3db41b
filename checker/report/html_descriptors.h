#pragma once

#include "checker/evidence/evidence.h"
#include "checker/report/html_element.h"

namespace report {

/// The trampoline's descriptor tables, decoded, where a CPU died in the trampoline of an exception
/// that is about a selector; the entry that it names is marked. Nothing otherwise.
void add_descriptors(Element& parent, const evidence::Evidence& evidence, const evidence::Cpu& cpu);

}  // namespace report
