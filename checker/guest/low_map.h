#pragma once

#include <optional>

#include "checker/evidence/evidence.h"
#include "lib/physical_memory.h"

namespace guest {

/// What the page tables in `memory` map in the lower half, on a CPU with these registers: at most
/// 1024 pages, from at most 64 tables, whatever a guest has made of them. Nothing unless 4-level
/// paging is on.
std::optional<evidence::LowMap> low_map(const lib::PhysicalMemory& memory,
                                        const evidence::Registers& registers);

/// An AP that has these registers at the first instruction of ap_entry64, with `memory` as it is
/// then.
evidence::Arrival read_arrival(const lib::PhysicalMemory& memory,
                               const evidence::Registers& registers);

}  // namespace guest
