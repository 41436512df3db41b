// What the rules of lab 3 ask about a CPU that was to start.
#pragma once

#include "checker/diagnosis/scene.h"

namespace diagnosis {

/// In long mode.
bool awake(const evidence::Cpu& cpu);
bool in_real_mode(const evidence::Cpu& cpu);
/// Where INIT puts a CPU that then waits for its SIPI. [sdm3 10.1.1]
bool at_the_reset_vector(const evidence::Cpu& cpu);
/// There, or halted where the firmware has left it: no SIPI has started it.
bool still_waits(const evidence::Cpu& cpu);

/// The first AP without a letter, where no CPU failed otherwise; null if there is none.
const evidence::Cpu* silent_ap(const Scene& scene);

/// The CPU whose record another one, `cpu`, has its GS base at; null if it has its own or none.
const evidence::Cpu* owner_of_its_record(const Scene& scene, const evidence::Cpu& cpu);

}  // namespace diagnosis
