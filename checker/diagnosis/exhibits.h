// The evidence in lines that a person can read.
#pragma once

#include <span>
#include <vector>

#include "checker/diagnosis/diagnosis.h"
#include "checker/diagnosis/scene.h"

namespace diagnosis {

/// All that shows the cause, in the order of a report: place, chain, address, walk, registers
/// beside the BSP's, trace. `cpu` is whom it is about; null for no one. The registers are those of
/// the end, or, `on_arrival`, those that the AP came to C++ with.
std::vector<Exhibit> exhibits(const Scene& scene, const Cpu* cpu, std::span<const Register> compare,
                              bool on_arrival);

/// All that a log has of the CPU that died: the same, and how it was found.
std::vector<Exhibit> exhibits_of_log(const Scene& scene);

/// What else there is to know of the CPU that a scene is about, where no rule knows what matters:
/// its mode, its stack, CR3, GDT and IDT, who called it, the engine's own words.
std::vector<Exhibit> all_that_is_known(const Scene& scene);

}  // namespace diagnosis
