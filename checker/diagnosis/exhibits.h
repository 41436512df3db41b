// The evidence in lines that a person can read.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "checker/diagnosis/diagnosis.h"
#include "checker/diagnosis/scene.h"
#include "checker/judgement/control_flag.h"

namespace diagnosis {

/// "mov %ecx,(%rax)   kernel/smp/per_cpu.cc:31 in smp::init_percpu", as much of it as is known.
std::string describe(const evidence::Location& location);

/// "#PF 0x0a (W RSVD), then #GP, #DF, triple fault"
std::string describe_chain(const evidence::Cpu& cpu, evidence::End end);

/// "PML4[511] > PDPT[510] > PD[0] > PT[18]" and, below it, the entry where the walk ended.
std::vector<std::string> describe_walk(const x86::PageWalk& walk);

/// All that shows the cause, in the order of a report: place, chain, address, walk, registers
/// beside the BSP's, trace. `cpu` is whom it is about; null for no one.
std::vector<Exhibit> exhibits(const Scene& scene, const evidence::Cpu* cpu,
                              std::span<const judgement::ControlFlag::Register> compare);

/// What else there is to know of the CPU that a scene is about, where no rule knows what matters:
/// its mode, its stack, CR3, GDT and IDT, who called it, the engine's own words.
std::vector<Exhibit> all_that_is_known(const Scene& scene);

}  // namespace diagnosis
