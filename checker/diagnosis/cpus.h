// The CPUs of a scene, as rules ask for them; where they stand, and how they came there.
#pragma once

#include <algorithm>

#include "checker/diagnosis/scene.h"
#include "checker/evidence/words.h"

namespace diagnosis {

/// The first CPU for which `matches` holds; null if there is none.
template <class Predicate>
const Cpu* first_cpu(const Scene& scene, Predicate matches) {
    const auto& cpus = scene.evidence.cpus;
    const auto found = std::ranges::find_if(cpus, matches);
    return found == cpus.end() ? nullptr : &*found;
}

/// The first AP that left a letter and for which `matches` holds; null if there is none. For what
/// shows although no CPU faulted: then a scene is about no CPU.
template <class Predicate>
const Cpu* first_ap(const Scene& scene, Predicate matches) {
    return first_cpu(scene, [&](const Cpu& cpu) {
        return cpu.cpu != 0 && evidence::started(cpu) && matches(cpu);
    });
}

/// The CPU of this number; null if there is none.
const Cpu* cpu_numbered(const Scene& scene, unsigned number);

/// The innermost place of the student's own code in which `cpu` is: it stands there, or has called
/// from there what it stands in. Null where it is in none.
const Location* place_in_seam(const Scene& scene, const Cpu& cpu);

/// The kernel waited for this CPU and did not get to its end, or went on without it.
bool held_up(const Scene& scene, const Cpu& cpu);

/// The first CPU that held the run up inside the student's code, for which `matches` holds; null
/// if there is none. APs come first: while the BSP waits for one, that one is the cause.
template <class Predicate>
const Cpu* stuck_in_seam(const Scene& scene, Predicate matches) {
    const auto is_it = [&](const Cpu& cpu) {
        return held_up(scene, cpu) && place_in_seam(scene, cpu) && matches(cpu);
    };
    const Cpu* ap = first_cpu(scene, [&](const Cpu& cpu) { return cpu.cpu != 0 && is_it(cpu); });
    return ap ? ap : first_cpu(scene, is_it);
}

/// Halted, and with interrupts off: no interrupt wakes it.
bool halted_for_good(const Cpu& cpu);

}  // namespace diagnosis
