// The tables of the page at 0x8000 in lines that a person can read.
#pragma once

#include "checker/diagnosis/diagnosis.h"
#include "checker/diagnosis/tables.h"

namespace diagnosis {

/// "code, P = 1, DPL = 0, L = 0, D = 1, base 0x0, limit 0xffffffff"
std::string describe(x86::SegmentDescriptor descriptor);

/// What is wrong in the table, decoded field by field, and GDTR if `cpu` has registers.
std::vector<Exhibit> exhibits(const TableFlaw& flaw, const evidence::Cpu* cpu);

/// The pointer in memory beside what the CPU's GDTR holds.
Exhibit pointer_exhibit(const TableInPage& table, const evidence::Cpu* cpu);

/// The first bytes of the page at 0x8000, and those of the image that belongs there.
Exhibit page_exhibit(const evidence::TrampolinePage& both, std::uint32_t from);

}  // namespace diagnosis
