#include "checker/diagnosis/survival.h"

#include <fmt/format.h>

#include "checker/evidence/faults.h"

namespace diagnosis {

namespace {

using evidence::Handshake;

std::string gate_is_wrong(const Scene& scene, const Exception& exception) {
    return fmt::format("gate {} of the IDT {}", gate_of(*scene.cpu, exception),
                       exception.vector == 11 ? "is not present" : "is missing or no gate");
}

// Of a CPU whose exceptions ended in a shutdown.
std::string why_nobody_handled_it(const Scene& scene, std::string_view cause) {
    const std::string_view first = mnemonic(*scene.oldest);
    const Registers* registers = scene.registers();
    if (registers && registers->idt.limit != 0 && no_idt(*registers))
        return fmt::format(
            "{} has no IDT yet: the kernel loads one at the end of a CPU's start. So "
            "the {} could not be handled, and shut the machine down.",
            cause.starts_with(scene.who() + " ") ? "It" : scene.who(), first);
    const std::string reason = no_handler(scene);
    return reason.empty()
               ? fmt::format("The {} could not be handled, and shut the machine down.", first)
               : fmt::format("The {} could not be handled: {}.", first, reason);
}

}  // namespace

std::string no_handler(const Scene& scene) {
    if (scene.chain.size() > 1 && about_gate(scene.chain[1]) && !scene.before)
        return gate_is_wrong(scene, scene.chain[1]);
    if (!scene.before || scene.chain.empty())
        return "";
    const Registers& registers = *scene.before;
    if (scene.tables && registers.idt.limit == 0)
        return "no IDT: its limit is 0, so any exception ends in a triple fault";
    if (scene.tables && no_idt(registers) && mode_of(registers) != evidence::Mode::real)
        return "no IDT: its register is as a reset left it, so any exception ends in a triple "
               "fault";
    if (scene.chain.size() < 2)
        return "";
    const Exception& second = scene.chain[1];
    if (about_gate(second))
        return gate_is_wrong(scene, second);
    if (second.cr2 && scene.tables && within(*second.cr2, registers.idt))
        return fmt::format("the IDT itself, at {:#x}, is not mapped", registers.idt.base);
    if (second.cr2 && beside_stack(*second.cr2, registers))
        return "the stack, to which the CPU has to push, cannot be written";
    if (second.vector == 12)
        return "the stack, to which the CPU has to push, cannot be used";
    if (second.vector == 10)
        return "the TSS is not valid";
    if (x86::names_selector(ExceptionVector{second.vector}) && second.error &&
        selector_error(second).index() != 0)
        return fmt::format("a gate names selector {:#x}, which is no code segment of its GDT",
                           *second.error & ~7u);
    return "";
}

std::string why_it_did_not_survive(const Scene& scene, const Cpu* cpu, std::string_view cause) {
    const End end = scene.evidence.end;
    if (end == End::triple_fault && cpu && cpu->died && cpu == scene.cpu && scene.oldest)
        return why_nobody_handled_it(scene, cause);
    if (end == End::panicked && scene.oldest && cpu == scene.cpu)
        return fmt::format("The kernel caught the {}, and stopped the machine.",
                           mnemonic(*scene.oldest));
    if (end == End::panicked)
        return "The kernel stopped the machine with a panic.";
    if (end == End::powered_off && cpu && cpu->handshake == Handshake::given_up)
        return fmt::format("The BSP waited for CPU {} until its deadline, and went on without it.",
                           cpu->cpu);
    if (end == End::timed_out && cpu)
        return "The run's time was over before it came any further.";
    return "";
}

}  // namespace diagnosis
