#include "checker/diagnosis/low_map.h"

#include <algorithm>

#include "checker/diagnosis/cpus.h"
#include "memory/layout.h"

namespace diagnosis {

using evidence::LowMap;

namespace {

// In long mode on the BSP's PML4, which is what lab 1 has filled.
bool on_the_bsps_tables(const Scene& scene, const Cpu& cpu) {
    return cpu.registers && scene.bsp_registers() && in_long_mode(*cpu.registers) &&
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
    const auto has_one = [&](const Cpu& cpu) { return map_of(scene, cpu) != nullptr; };
    const Cpu* cpu = scene.cpu ? scene.cpu : first_cpu(scene, has_one);
    const LowMap* map = cpu ? map_of(scene, *cpu) : nullptr;
    if (!map)
        return {};
    return ApLowMap{cpu, map, page_at(*map, trampoline::page_address)};
}

bool is_a_frame_of_lab_1(const Scene& scene, std::uint64_t address) {
    const auto& frames = scene.evidence.low_map_frames;
    return frames && std::ranges::count(*frames, address) != 0;
}

const x86::PageWalk* low_walk(const Scene& scene) {
    const x86::PageWalk* walk = scene.walk();
    return walk && scene.raised(ExceptionVector::page_fault) &&
                   walk->address.raw < ::memory::low_memory_size &&
                   on_the_bsps_tables(scene, *scene.cpu)
               ? walk
               : nullptr;
}

}  // namespace diagnosis
