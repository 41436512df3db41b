#include "checker/diagnosis/survival.h"

#include <fmt/format.h>

#include "checker/diagnosis/general.h"

namespace diagnosis {

namespace {

using evidence::End;
using evidence::Handshake;

std::string name_of(const evidence::Exception& exception) {
    return std::string{x86::mnemonic(x86::ExceptionVector{exception.vector})};
}

// Of a CPU whose exceptions ended in a shutdown.
std::string why_nobody_handled_it(const Scene& scene) {
    const std::string first = name_of(*scene.oldest);
    const evidence::Registers* registers = scene.registers();
    if (registers && registers->idt.limit != 0 && causes::no_idt(*registers))
        return fmt::format(
            "It has no IDT yet: the kernel loads one at the end of a CPU's start. So "
            "the {} could not be handled, and shut the machine down.",
            first);
    const std::string reason = unhandled(scene);
    return reason.empty()
               ? fmt::format("The {} could not be handled, and shut the machine down.", first)
               : fmt::format("The {} could not be handled: {}.", first, reason);
}

}  // namespace

std::string why_it_did_not_survive(const Scene& scene, const evidence::Cpu* cpu) {
    const End end = scene.evidence.end;
    if (end == End::triple_fault && cpu && cpu->died && cpu == scene.cpu && scene.oldest)
        return why_nobody_handled_it(scene);
    if (end == End::panicked && scene.oldest && cpu == scene.cpu)
        return fmt::format("The kernel caught the {}, and stopped the machine.",
                           name_of(*scene.oldest));
    if (end == End::panicked)
        return "The kernel noticed, and stopped the machine.";
    if (end == End::powered_off && cpu && cpu->handshake == Handshake::given_up)
        return fmt::format("The BSP waited for CPU {} until its deadline, and went on without it.",
                           cpu->cpu);
    if (end == End::timed_out && cpu)
        return "The run's time was over before it came any further.";
    return "";
}

}  // namespace diagnosis
