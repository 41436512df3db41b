// The CPUs of a scene, as rules ask for them: which one, where it stands, and how far its start has
// come.
#pragma once

#include <algorithm>

#include "checker/diagnosis/scene.h"
#include "checker/judgement/commands.h"

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

/// "Here it came to a HLT.", of a CPU that ran what nobody put there for it;
/// empty unless it halted for good.
std::string where_it_halted(const Cpu& cpu);

/// No SIPI was sent to this CPU; where that is not known, it still waits for one.
bool was_never_started(const Scene& scene, const Cpu& cpu);

/// The AP that the kernel was starting when the run ended, or gave up and started none after; null
/// if there is none.
const Cpu* ap_being_started(const Scene& scene);

/// An AP on its way to C++, as its first exception found it, else as the run left it; and where.
struct StartingAp {
    const Cpu* cpu;
    const Registers* registers;
    const Location* where;
};
/// The one that failed there, else ap_being_started(); nothing where nothing has started it, or
/// another CPU failed.
std::optional<StartingAp> starting_ap(const Scene& scene);

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
