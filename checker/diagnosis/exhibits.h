// The evidence in lines that a person can read.
#pragma once

#include <cstdint>
#include <span>
#include <string>
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

/// Why no handler took care of the first exception; empty where that is not known.
std::string no_handler(const Scene& scene);

/// What else there is to know of the CPU that a scene is about, where no rule knows what matters:
/// its mode, its stack, CR3, GDT and IDT, who called it, the engine's own words.
std::vector<Exhibit> all_that_is_known(const Scene& scene);

/// What the BSP sent: one line for each command, aligned, with the time since the first to its
/// receiver. Where there are many, some: from the first to the LAPIC `about` on.
Exhibit commands_exhibit(const evidence::Sent& sent, std::uint32_t about);

/// What each CPU did when a run had ended, in a line: its mode, whether it runs, RFLAGS.IF, where
/// it stands, what it waits for.
Exhibit each_cpu(const Scene& scene);

/// What a CPU waits for, as far as its state proves it: "the lock \"console\", which CPU 2 holds".
std::string waits_for(const Scene& scene, const Cpu& cpu);

/// The run ended as a hang, or the kernel went on without an AP.
bool hung(const Scene& scene);

}  // namespace diagnosis
