// The way of an AP as a list of steps, each of which the machine's state shows done or undone.
#pragma once

#include <optional>
#include <string>

#include "checker/diagnosis/scene.h"

namespace diagnosis {

/// In their order.
enum class Step { gdt, protection, code_segment, pae, cr3, lme, paging, code_64, stack, entry };

struct MissingStep {
    Step step;
    std::string shown;  // what the state says: "CR4.PAE is still 0"
    std::string next;   // what to write, with what follows it: "CR4.PAE; ..."
};

/// The first step that `cpu`, an AP with these registers that is still in the assembly of lab 3 or
/// 4, has not done; nothing where that lab is not what can be wrong, and none is missing.
std::optional<MissingStep> first_missing(const Scene& scene, const Cpu& cpu,
                                         const Registers& registers);

}  // namespace diagnosis
