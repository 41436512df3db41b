#include "checker/diagnosis/low_map.h"

#include <fmt/format.h>

#include "memory/layout.h"

namespace diagnosis {

using evidence::LowMap;

namespace {

// In long mode on the BSP's PML4, which is what lab 1 has filled.
bool on_the_bsps_tables(const Scene& scene, const Cpu& cpu) {
    return cpu.registers && scene.bsp_registers() &&
           cpu.registers->control.efer.has(x86::efer::lma) &&
           cpu.registers->control.cr3 == scene.bsp_registers()->control.cr3;
}

// Of one that has finished nothing is left to see: the map is gone again.
const LowMap* map_of(const Scene& scene, const Cpu& cpu) {
    if (cpu.cpu == 0)
        return nullptr;
    if (cpu.arrival)
        return &cpu.arrival->low_map;
    return cpu.low_map && !evidence::finished_start(cpu) && on_the_bsps_tables(scene, cpu)
               ? &*cpu.low_map
               : nullptr;
}

}  // namespace

std::optional<ApLowMap> low_map_of_an_ap(const Scene& scene) {
    if (scene.cpu) {
        const LowMap* map = map_of(scene, *scene.cpu);
        return map ? std::optional{ApLowMap{scene.cpu, map}} : std::nullopt;
    }
    for (const Cpu& cpu : scene.evidence.cpus)
        if (const LowMap* map = map_of(scene, cpu))
            return ApLowMap{&cpu, map};
    return {};
}

const x86::PageWalk* low_walk(const Scene& scene) {
    const x86::PageWalk* walk = scene.walk();
    return walk && scene.raised(ExceptionVector::page_fault) &&
                   walk->address.raw < ::memory::low_memory_size &&
                   on_the_bsps_tables(scene, *scene.cpu)
               ? walk
               : nullptr;
}

std::string name_of(const x86::WalkStep& step) {
    return fmt::format("{}[{}]", x86::name(step.level), step.index);
}

}  // namespace diagnosis
