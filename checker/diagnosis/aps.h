// The APs of a scene, as rules ask for them.
#pragma once

#include <algorithm>

#include "checker/diagnosis/scene.h"

namespace diagnosis {

/// The first AP that left a letter and for which `matches` holds; null if there is none. For what
/// shows although no CPU faulted: then a scene is about no CPU.
template <class Predicate>
const evidence::Cpu* first_ap(const Scene& scene, Predicate matches) {
    const auto& cpus = scene.evidence.cpus;
    const auto found = std::ranges::find_if(cpus, [&](const evidence::Cpu& cpu) {
        return cpu.cpu != 0 && evidence::started(cpu) && matches(cpu);
    });
    return found == cpus.end() ? nullptr : &*found;
}

}  // namespace diagnosis
