// What the rules of lab 3 ask about a CPU that was to start.
#pragma once

#include "checker/diagnosis/scene.h"
#include "checker/judgement/commands.h"

namespace diagnosis {

/// In long mode.
bool awake(const Cpu& cpu);
bool in_real_mode(const Cpu& cpu);
/// Where INIT puts a CPU that then waits for its SIPI. [sdm3 10.1.1]
bool at_the_reset_vector(const Cpu& cpu);
/// So many INITs were sent for this CPU, and no SIPI, by what the kernel has kept; 0 where one may
/// have been sent behind that.
std::size_t inits_alone(const Scene& scene, const Cpu& cpu);
/// By the mode that the kernel's commands were sent in last.
bool in_x2apic_mode(const Scene& scene);
/// By the kernel's notes it was sent an INIT and then a SIPI, and nobody else was sent them for it.
bool took_a_sipi(const Scene& scene, const Cpu& cpu);
/// There, or halted where the firmware has left it: no SIPI has started it.
bool still_waits(const Scene& scene, const Cpu& cpu);

/// "Here it came to a HLT, at 0x9002.", of a CPU that ran what nobody put there for it;
/// empty unless it halted for good.
std::string where_it_halted(const Cpu& cpu);

/// No SIPI was sent to this CPU; where that is not known, it still waits for one.
bool was_never_started(const Scene& scene, const Cpu& cpu);

/// The AP that the kernel was starting when the run ended, or gave up and started none after; null
/// if there is none.
const Cpu* ap_being_started(const Scene& scene);

/// The first AP without a letter, where no CPU failed otherwise and the BSP has come back from
/// the student's code; null if there is none. Only of those that the kernel has tried to start.
const Cpu* silent_ap(const Scene& scene);

/// In lab 3 the silent AP: the kernel went on without it.
const Cpu* ap_without_a_letter(const Scene& scene);

/// Every AP came up, and the kernel to its end: what is wrong has not shown here.
bool all_came_up(const Scene& scene);

/// In lab 3, the first thing of this kind that is wrong with what the BSP sent; null if there is
/// none.
const judgement::CommandFlaw* flaw(const Scene& scene, judgement::CommandFlaw::Kind kind);
/// The engine could tell what the BSP sent.
bool commands_are_known(const Scene& scene);

/// The CPU whose record another one, `cpu`, has its GS base at; null if it has its own or none.
const Cpu* owner_of_its_record(const Scene& scene, const Cpu& cpu);

}  // namespace diagnosis
