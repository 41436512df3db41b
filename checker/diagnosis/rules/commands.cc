// Lab 3, the BSP's half: what was sent, in which order, and how it was written.
#include <algorithm>
#include <fmt/format.h>

#include "checker/diagnosis/rules/rules.h"
#include "checker/diagnosis/start.h"
#include "checker/evidence/trampoline_page.h"
#include "checker/guest/code.h"

namespace diagnosis::rules {

namespace {

using evidence::Cpu;
using Register = judgement::ControlFlag::Register;
using evidence::Engine;
using judgement::CommandFlaw;
using x86::InterruptCommand;
using Kind = CommandFlaw::Kind;

// About the AP that is missed, or where nobody is.
std::optional<CommandFlaw> flaw_of_the_start(const Scene& scene, Kind kind) {
    const auto found = flaw(scene, kind);
    const Cpu* cpu = ap_without_a_letter(scene);
    const bool fits = found && (cpu ? found->cpu == cpu->cpu : all_came_up(scene));
    return fits ? found : std::nullopt;
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
    if (!cpu || !both || code_differs(*both) || !still_waits(scene, *cpu) ||
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
    if (!up && !still_waits(scene, cpu))
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

// Of an AP that took its SIPI: what it found was the trampoline, or it would be named elsewhere.
std::optional<Explanation> ap_left_no_letter(const Scene& scene) {
    const Cpu* silent = silent_ap(scene);
    if (!silent || !took_a_sipi(scene, *silent) || !silent->registers)
        return {};
    return Explanation{
        fmt::format("CPU {} took its SIPI for {:#x}, and left no letter: it {} at {:#x}.",
                    silent->cpu, trampoline::page_address,
                    silent->registers->halted ? "halted" : "runs",
                    guest::linear_rip(*silent->registers)),
        "The trampoline was in its page when the SIPI was sent. What it did there led elsewhere "
        "before its first stage.",
        "Follow real_mode.asm from its first instruction: make debug LAB=3.",
        {Register::cr0},
        silent->cpu};
}

// "The page holds the trampoline, the mailbox its message."
std::string what_is_in_place(const Scene& scene, unsigned cpu) {
    const evidence::TrampolinePage* both = trampoline_page(scene.evidence);
    if (!both)
        return "";
    const bool page = !code_differs(*both) && !tables_differ(*both);
    const bool message = evidence::mailbox_in(*both).cpu == cpu;
    return fmt::format(" At 0x8000 lies {}, in the mailbox {}.",
                       page ? "the trampoline" : "what was there before",
                       message ? "its message" : "no message for it");
}

std::optional<Explanation> ap_not_started(const Scene& scene) {
    const Cpu* silent = silent_ap(scene);
    if (scene.evidence.end != evidence::End::powered_off || !silent)
        return {};
    const bool nothing = commands_are_known(scene) && !took_a_sipi(scene, *silent);
    return Explanation{
        fmt::format("CPU {} never started: {}.", silent->cpu,
                    nothing ? "it was sent neither INIT nor SIPI" : "not one letter came from it"),
        "The kernel waited until its deadline for that CPU and went on without it." +
            what_is_in_place(scene, silent->cpu),
        "In this order: the page, the mailbox, INIT, 10 ms, SIPI.",
        {},
        silent->cpu};
}

}  // namespace

std::span<const Rule> commands_rules() {
    static constexpr auto all = std::to_array<Rule>({
        {"init-after-sipi", 3, init_after_sipi},
        {"sipi-missing", 3, sipi_missing},
        {"sipi-not-taken", 3, sipi_not_taken},
        {"sipi-too-early", 3, sipi_too_early},
        {"icr-level-missing", 3, icr_level_missing},
        {"init-with-vector", 3, init_with_vector},
        {"commands-not-noted", 3, commands_not_noted},
        {"ap-left-no-letter", 3, ap_left_no_letter},
        {"ap-not-started", 3, ap_not_started},
    });
    return all;
}

}  // namespace diagnosis::rules
