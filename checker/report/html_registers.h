#pragma once

#include "checker/evidence/evidence.h"
#include "checker/report/html_element.h"

namespace report {

/// CR0, CR4 and EFER of a CPU beside the BSP's, bit by bit, and what else decides in which mode it
/// is; differences marked. Nothing where its registers are not known. `bsp` may be null, or the
/// CPU itself.
void add_registers(Element& parent, const evidence::Cpu& cpu, const evidence::Cpu* bsp);

}  // namespace report
