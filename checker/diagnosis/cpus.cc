#include "checker/diagnosis/cpus.h"

#include "x86/control_registers.h"

namespace diagnosis {

using evidence::Handshake;

const Cpu* cpu_numbered(const Scene& scene, unsigned number) {
    return first_cpu(scene, [=](const Cpu& cpu) { return cpu.cpu == number; });
}

const Location* place_in_seam(const Scene& scene, const Cpu& cpu) {
    const auto in_seam = [&](const Location& place) { return scene.in_seam(place); };
    if (in_seam(cpu.where))
        return &cpu.where;
    const auto caller = std::ranges::find_if(cpu.callers, in_seam);
    return caller == cpu.callers.end() ? nullptr : &*caller;
}

bool held_up(const Scene& scene, const Cpu& cpu) {
    if (scene.oldest)
        return false;
    if (scene.evidence.end == End::timed_out)
        return true;
    return scene.evidence.end == End::powered_off && cpu.cpu != 0 &&
           cpu.handshake != Handshake::online && !evidence::at_work(cpu);
}

bool halted_for_good(const Cpu& cpu) {
    return cpu.registers && cpu.registers->halted &&
           !x86::Rflags{cpu.registers->rflags}.has(x86::rflags::if_);
}

}  // namespace diagnosis
