// Where CPUs stand, and how they came there.
#pragma once

#include "checker/diagnosis/scene.h"
#include "checker/evidence/words.h"

namespace diagnosis {

/// The innermost place of the student's own code in which `cpu` is: it stands there, or has called
/// from there what it stands in. Null where it is in none.
const evidence::Location* place_in_seam(const Scene& scene, const evidence::Cpu& cpu);

/// The kernel waited for this CPU and did not get to its end, or went on without it.
bool held_up(const Scene& scene, const evidence::Cpu& cpu);

/// The first CPU that held the run up inside the student's code, for which `matches` holds; null
/// if there is none. APs come first: while the BSP waits for one, that one is the cause.
template <class Predicate>
const evidence::Cpu* stuck_in_seam(const Scene& scene, Predicate matches) {
    const auto& cpus = scene.evidence.cpus;
    const auto is_it = [&](const evidence::Cpu& cpu) {
        return held_up(scene, cpu) && place_in_seam(scene, cpu) && matches(cpu);
    };
    for (const evidence::Cpu& cpu : cpus)
        if (cpu.cpu != 0 && is_it(cpu))
            return &cpu;
    return !cpus.empty() && is_it(cpus.front()) ? &cpus.front() : nullptr;
}

/// Halted, and with interrupts off: no interrupt wakes it.
bool halted_for_good(const evidence::Cpu& cpu);

}  // namespace diagnosis
