// Lab 3, the BSP's half: what was sent, in which order, and how it was written.
#include <algorithm>
#include <fmt/format.h>

#include "checker/diagnosis/rules.h"
#include "checker/diagnosis/start.h"
#include "checker/evidence/questions.h"

namespace diagnosis {

namespace {

using evidence::Cpu;
using evidence::Engine;
using judgement::CommandFlaw;
using x86::DeliveryMode;
using x86::InterruptCommand;
using Kind = CommandFlaw::Kind;

// About the AP that is missed, or where nobody is.
std::optional<CommandFlaw> flaw_of_the_start(const Scene& scene, Kind kind) {
    const auto found = flaw(scene, kind);
    const Cpu* cpu = ap_without_a_letter(scene);
    const bool fits = found && (cpu ? found->cpu == cpu->cpu : all_came_up(scene));
    return fits ? found : std::nullopt;
}

// What the BSP sent this CPU that is neither INIT nor SIPI. A panic sends NMIs of its own.
std::optional<InterruptCommand> something_else_for(const Scene& scene, const Cpu& cpu) {
    for (const observed::SentCommand& sent : scene.evidence.sent->first) {
        const InterruptCommand command = sent.command();
        if (sent.sender == 0 && command.destination() == cpu.apic_id &&
            command.mode() != DeliveryMode::init && command.mode() != DeliveryMode::startup &&
            scene.evidence.panic_text.empty())
            return command;
    }
    return {};
}

std::string_view what_it_does(DeliveryMode mode) {
    switch (mode) {
        case DeliveryMode::fixed:
        case DeliveryMode::lowest_priority:
            return "An ordinary interrupt waits for a CPU that takes interrupts, and its vector "
                   "is a number in that CPU's IDT, no page.";
        case DeliveryMode::smi:
            return "An SMI calls the firmware, behind the back of any kernel, and starts nobody.";
        case DeliveryMode::nmi:
            return "An NMI calls handler 2 of a CPU that runs, and starts nobody at a page.";
        default:
            return "No CPU is started by it.";
    }
}

std::string_view what_is_missing(Kind kind) {
    if (kind == Kind::nothing_sent)
        return "neither INIT nor SIPI";
    return kind == Kind::init_missing ? "no INIT" : "no SIPI";
}

}  // namespace

std::optional<Explanation> icr_delivery_mode(const Scene& scene) {
    for (const Kind kind : {Kind::nothing_sent, Kind::init_missing, Kind::sipi_missing}) {
        const auto missing = flaw(scene, kind);
        if (!missing)
            continue;
        const Cpu* cpu = &scene.evidence.cpus[missing->cpu];
        const auto other = something_else_for(scene, *cpu);
        if (!other || evidence::started(*cpu) || (scene.cpu && scene.cpu != cpu))
            continue;
        return Explanation{
            fmt::format("CPU {} was sent {}, but a command of another kind: {}.", cpu->cpu,
                        what_is_missing(kind), judgement::name(*other)),
            fmt::format("Bits 10..8 of the command are {:03b}: INIT is 101, SIPI 110. {}",
                        static_cast<unsigned>(other->mode()), what_it_does(other->mode())),
            "Look at the delivery mode of each command that you send. `InterruptCommand` has a "
            "constructor for each kind.",
            {},
            cpu->cpu};
    }
    return {};
}

std::optional<Explanation> init_after_sipi(const Scene& scene) {
    const auto found = flaw(scene, Kind::init_last);
    const Cpu* cpu = found ? &scene.evidence.cpus[found->cpu] : nullptr;
    if (!cpu || evidence::oldest_exception(*cpu))
        return {};
    return Explanation{
        fmt::format("CPU {} was sent another INIT after its SIPI, and no SIPI since.", cpu->cpu),
        "INIT resets a processor wherever it is: it drops what it was doing, and waits for a SIPI "
        "again.",
        "After the SIPI comes nothing but, if need be, a second SIPI.",
        {},
        cpu->cpu};
}

std::optional<Explanation> sipi_missing(const Scene& scene) {
    const Cpu* cpu = ap_without_a_letter(scene);
    const bool proven = flaw_of_the_start(scene, Kind::sipi_missing).has_value();
    if (!cpu || (commands_are_known(scene) ? !proven : !at_the_reset_vector(*cpu)))
        return {};
    const bool swapped = flaw_of_the_start(scene, Kind::init_missing).has_value();
    return Explanation{
        fmt::format("CPU {} has had its INIT and still waits for a SIPI.", cpu->cpu),
        swapped ? "The SIPI came before the INIT: a processor that does not wait for one lets it "
                  "pass, and INIT forgets it."
                : "INIT puts a processor at the reset vector, halted, and nothing but a SIPI lets "
                  "it go on.",
        "Send a SIPI to the same APIC ID, 10 ms after INIT.",
        {},
        cpu->cpu};
}

std::optional<Explanation> sipi_not_taken(const Scene& scene) {
    const Cpu* cpu = ap_without_a_letter(scene);
    const evidence::TrampolinePage* both = trampoline_page(scene.evidence);
    const bool known = commands_are_known(scene);
    if (!cpu || !both || code_differs(*both) || !still_waits(*cpu) ||
        (known && !flaw_of_the_start(scene, Kind::init_missing)))
        return {};
    // QEMU shows an AP with its old registers until a SIPI starts it.
    const bool had_no_init = known || scene.evidence.engine == Engine::bochs;
    return Explanation{
        fmt::format("CPU {} has {}: it sleeps where the firmware has left it.", cpu->cpu,
                    had_no_init ? "had no INIT" : "taken no SIPI"),
        "The page is in place. A processor listens to a SIPI only while it waits for one, and it "
        "waits for one only after INIT.",
        "Send INIT, wait 10 ms, send the SIPI, both to `message.lapic_id`.",
        {},
        cpu->cpu};
}

std::optional<Explanation> sipi_too_early(const Scene& scene) {
    const auto found = flaw_of_the_start(scene, Kind::too_early);
    if (!found)
        return {};
    const Cpu& cpu = scene.evidence.cpus[found->cpu];
    const bool up = evidence::started(cpu);
    if (!up && !still_waits(cpu))
        return {};
    return Explanation{
        fmt::format("The SIPI for CPU {} was sent {} us after its INIT, not 10 ms.", found->cpu,
                    found->after_us),
        up ? "A processor takes its time to be reset, and a SIPI that comes meanwhile is lost. "
             "This emulator resets a CPU at once; not every machine does."
           : "A processor takes its time to be reset, and a SIPI that comes meanwhile is lost: "
             "that is what happened here. It waits for another one.",
        "Wait for 10 ms after INIT: `cpu::sleep_us()` counts microseconds.",
        {},
        found->cpu};
}

std::optional<Explanation> icr_level_missing(const Scene& scene) {
    const auto found = flaw(scene, Kind::level_missing);
    if (!found || !all_came_up(scene))
        return {};
    const InterruptCommand command = found->command->command();
    return Explanation{
        fmt::format("The {} for CPU {} was written as {:#010x}: bit 14, level, is 0.",
                    judgement::name(command), found->cpu, command.low()),
        "The manual wants it set in every command but the de-assertion of INIT. QEMU and Bochs do "
        "not look, and processors since the Pentium 4 send it as 1 whatever was written. "
        "Hyper-V does look: APs that start elsewhere have stayed asleep there.",
        "Set level to assert in each command. The constructors of `InterruptCommand` do.",
        {},
        found->cpu};
}

std::optional<Explanation> init_with_vector(const Scene& scene) {
    const auto found = flaw(scene, Kind::init_with_vector);
    if (!found || !all_came_up(scene))
        return {};
    return Explanation{
        fmt::format("The INIT for CPU {} has vector {:#04x}, not 0.", found->cpu,
                    found->command->command().vector()),
        "An INIT names no page, the SIPI does. The manual wants its vector to be 0, for what "
        "processors may make of it one day; today's ignore it.",
        "Leave the vector of INIT 0.",
        {},
        found->cpu};
}

std::optional<Explanation> commands_not_noted(const Scene& scene) {
    const auto found = flaw(scene, Kind::nothing_sent);
    if (!found || !all_came_up(scene))
        return {};
    return Explanation{
        fmt::format("CPU {} was started, and the kernel knows of no command that did it.",
                    found->cpu),
        "What cpu::send() and cpu::write_lapic() send is noted in cpu::sent_commands. This went "
        "past both, and so past whoever will look for it there.",
        "Send with `cpu::send()`.",
        {},
        found->cpu};
}

}  // namespace diagnosis
