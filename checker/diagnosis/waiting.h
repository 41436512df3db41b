// What each CPU did when a run that hung had ended.
#pragma once

#include "checker/diagnosis/diagnosis.h"
#include "checker/diagnosis/scene.h"

namespace diagnosis {

/// What a CPU waits for, as far as its state proves it: "the lock \"console\", which CPU 2 holds".
std::string waits_for(const Scene& scene, const Cpu& cpu);

/// The run ended as a hang, or the kernel went on without an AP.
bool hung(const Scene& scene);

/// Each CPU in a line: its mode, whether it runs, RFLAGS.IF, where it stands, what it waits for.
Exhibit each_cpu(const Scene& scene);

}  // namespace diagnosis
