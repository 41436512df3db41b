// Which CPU this is, for code that must not trust its surroundings.
#pragma once

#include <optional>

namespace cpu {

/// The number of this CPU, without following GS blindly as this_cpu() does: if the GS base is not
/// one of our records, the record of the CPU with this APIC id answers. Nothing for an AP that has
/// neither; 0 while no CPU has a record, for then only the BSP runs.
std::optional<unsigned> cpu_number();

}  // namespace cpu
