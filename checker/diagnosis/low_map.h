// What lab 1 made of an AP's tables, for the rules about it.
#pragma once

#include <optional>

#include "checker/diagnosis/scene.h"
#include "checker/evidence/words.h"

namespace diagnosis {

/// An AP and what its tables map in the lower half.
struct ApLowMap {
    const Cpu* cpu;
    const evidence::LowMap* map;
    const ::memory::MappedPage* page;  // that maps 0x8000; null if none does
};

/// Of the AP that the scene is about, else of the first that came to C++: as it was on its arrival
/// there, or where it died on the way. Nothing if it came to neither.
std::optional<ApLowMap> low_map_of_an_ap(const Scene& scene);

/// The kernel gave lab 1 this frame for its tables; false where nobody can tell.
bool is_a_frame_of_lab_1(const Scene& scene, std::uint64_t address);

/// The walk of an address that lab 1 maps, on the BSP's tables; null unless the CPU died of it.
const x86::PageWalk* low_walk(const Scene& scene);

using evidence::name_of;

}  // namespace diagnosis
