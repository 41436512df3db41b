#pragma once

#include "checker/evidence/evidence.h"
#include "checker/report/element.h"

namespace report {

/// A page walk as a picture: the address cut into indices, each table with the entry that was read,
/// and the 64 bits of the entry where it ended, the offending ones marked.
void add_walk(Element& parent, const x86::PageWalk& walk);

/// CR0, CR4 and EFER of a CPU beside the BSP's, bit by bit, and what else decides in which mode it
/// is; differences marked. Nothing where its registers are not known. `bsp` may be null, or the
/// CPU itself.
void add_registers(Element& parent, const evidence::Cpu& cpu, const evidence::Cpu* bsp);

}  // namespace report
