#pragma once

#include <optional>
#include <string_view>

#include "checker/evidence/evidence.h"
#include "lib/physical_memory.h"

namespace evidence {

/// What the page tables in `memory` map in the lower half, on a CPU with these registers: at most
/// 1024 pages, from at most 64 tables, whatever a guest has made of them. Nothing unless 4-level
/// paging is on.
std::optional<LowMap> low_map(const lib::PhysicalMemory& memory, const Registers& registers);

/// The page that maps `address`; null if none does.
const memory::MappedPage* page_at(const LowMap& map, std::uint64_t address);

/// The function in which an AP enters C++.
inline constexpr std::string_view ap_entry = "ap_entry64";

/// An AP that has these registers at the first instruction of ap_entry64, with `memory` as it is
/// then.
Arrival read_arrival(const lib::PhysicalMemory& memory, const Registers& registers);

}  // namespace evidence
