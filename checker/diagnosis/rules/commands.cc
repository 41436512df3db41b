// Lab 3, the BSP's half: what was sent, in which order, and how it was written.
#include <algorithm>
#include <fmt/format.h>

#include "checker/diagnosis/cpus.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/diagnosis/seam_code.h"
#include "checker/evidence/questions.h"
#include "checker/guest/code.h"

namespace diagnosis::rules {

namespace {

using evidence::Engine;
using judgement::CommandFlaw;
using x86::InterruptCommand;
using Kind = CommandFlaw::Kind;

// About the AP that is missed, or where nobody is.
const CommandFlaw* flaw_of_the_start(const Scene& scene, Kind kind) {
    const CommandFlaw* found = flaw(scene, kind);
    const Cpu* cpu = ap_without_a_letter(scene);
    return found && (cpu ? found->cpu == cpu->cpu : all_came_up(scene)) ? found : nullptr;
}

std::optional<Explanation> init_after_sipi(const Scene& scene) {
    const auto* found = flaw(scene, Kind::init_last);
    const Cpu* cpu = found ? &scene.evidence.cpus[found->cpu] : nullptr;
    if (!cpu || evidence::oldest_exception(*cpu))
        return {};
    return about(*cpu, "was sent another INIT after its SIPI, and no SIPI since.");
}

std::optional<Explanation> sipi_missing(const Scene& scene) {
    const Cpu* cpu = ap_without_a_letter(scene);
    const bool proven = flaw_of_the_start(scene, Kind::sipi_missing) != nullptr;
    if (!cpu || (commands_are_known(scene) ? !proven : !at_the_reset_vector(*cpu)))
        return {};
    const bool swapped = flaw_of_the_start(scene, Kind::init_missing) != nullptr;
    return Explanation{
        .cause = fmt::format("CPU {} has had its INIT and still waits for a SIPI.", cpu->cpu),
        .detail = swapped ? "Here the SIPI came before the INIT." : "",
        .cpu = cpu->cpu};
}

std::optional<Explanation> sipi_not_taken(const Scene& scene) {
    const Cpu* cpu = ap_without_a_letter(scene);
    const bool known = commands_are_known(scene);
    if (!cpu || !scene.page || code_differs(*scene.page) || !still_waits(scene, *cpu) ||
        (known && !flaw_of_the_start(scene, Kind::init_missing)))
        return {};
    // QEMU shows an AP with its old registers until a SIPI starts it.
    const bool had_no_init = known || scene.evidence.engine == Engine::bochs;
    const auto& sent = scene.evidence.sent;
    const bool released = sent && std::ranges::any_of(sent->first, [&](const auto& each) {
                              return each.started == cpu->cpu && each.command().is_deassert();
                          });
    return Explanation{
        .cause = fmt::format("CPU {} has {}: it sleeps where the firmware has left it.", cpu->cpu,
                             had_no_init ? "had no INIT" : "taken no SIPI"),
        .detail = released
                      ? "It was sent the end of an INIT: level, bit 14, is 0, and bit 15 is set. "
                        "That resets nobody."
                      : "",
        .cpu = cpu->cpu};
}

std::optional<Explanation> sipi_too_early(const Scene& scene) {
    const auto* found = flaw_of_the_start(scene, Kind::too_early);
    if (!found)
        return {};
    const Cpu& cpu = scene.evidence.cpus[found->cpu];
    const bool up = evidence::started(cpu);
    if (!up && !still_waits(scene, cpu))
        return {};
    const auto inits =
        std::ranges::count_if(scene.evidence.sent->first, [&](const observed::SentCommand& each) {
            return each.started == found->cpu && judgement::is_init(each.command());
        });
    if (inits > 1)
        return Explanation{
            .cause = fmt::format("CPU {} was sent {} INITs, and its SIPI {} us after the last.",
                                 found->cpu, inits, found->after_us),
            .detail =
                "What ends an INIT has bit 14, level, clear and bit 15 set, 0x8500; any "
                "other command of this kind is an INIT.",
            .advice =
                "Send each AP one INIT, wait for 10 ms, and then send its SIPI. Nothing "
                "has to end an INIT; what is to end one has 0x8500.",
            .cpu = found->cpu};
    return Explanation{
        .cause = fmt::format("The SIPI for CPU {} was sent {} us after its INIT, not 10 ms.",
                             found->cpu, found->after_us),
        .detail = up ? "This emulator resets a CPU at once; not every machine does."
                     : "That is what happened here: it waits for another one.",
        .cpu = found->cpu};
}

std::optional<Explanation> icr_level_missing(const Scene& scene) {
    const auto* found = flaw(scene, Kind::level_missing);
    if (!found || !all_came_up(scene))
        return {};
    const InterruptCommand command = found->command->command();
    return Explanation{
        .cause = fmt::format("The {} for CPU {} was written as {:#010x}: bit 14, level, is 0.",
                             judgement::name(command), found->cpu, command.low()),
        .cpu = found->cpu};
}

std::optional<Explanation> init_with_vector(const Scene& scene) {
    const auto* found = flaw(scene, Kind::init_with_vector);
    if (!found || !all_came_up(scene))
        return {};
    return Explanation{.cause = fmt::format("The INIT for CPU {} has vector {:#04x}, not 0.",
                                            found->cpu, found->command->command().vector()),
                       .cpu = found->cpu};
}

std::optional<Explanation> commands_not_noted(const Scene& scene) {
    const auto* found = flaw(scene, Kind::nothing_sent);
    if (!found || !all_came_up(scene))
        return {};
    return about(scene.evidence.cpus[found->cpu],
                 "was started, and the kernel knows of no command that did it.");
}

// The first address at which an AP, before any jump or HLT, finds no instruction.
std::optional<std::uint64_t> no_code_at(std::span<const std::byte> image) {
    for (std::uint64_t offset = 0; offset < image.size();) {
        const std::uint64_t at = trampoline::page_address + offset;
        const auto step = guest::step(image.subspan(offset), at, guest::CodeSize::bits16);
        if (!step)
            return at;
        if (step->flow != guest::Flow::on || image[offset] == std::byte{0xf4})
            return {};
        offset += step->length;
    }
    return {};
}

// Of an AP that took its SIPI: what it found was the trampoline, or it would be named elsewhere.
std::optional<Explanation> ap_left_no_letter(const Scene& scene) {
    const Cpu* silent = silent_ap(scene);
    if (!silent || !took_a_sipi(scene, *silent) || !silent->registers)
        return {};
    const auto nowhere = scene.page ? no_code_at(scene.page->image) : std::nullopt;
    const std::string beside = jump_beside_the_page(scene, "real_mode.asm", *silent->registers);
    return Explanation{
        .cause = fmt::format("CPU {} took its SIPI for {:#x}, and left no letter: it {} at {:#x}.",
                             silent->cpu, trampoline::page_address,
                             silent->registers->halted ? "halted" : "runs", silent->where.address),
        .detail = nowhere
                      ? fmt::format("A SIPI starts it at the page's first byte; what it comes to "
                                    "at {:#x} is no instruction.",
                                    *nowhere)
                  : !beside.empty() ? beside + " CS begins at the page, and adds it once more."
                  : in_firmware(*silent)
                      ? "In real mode an exception goes through the BIOS's vectors into the "
                        "firmware, where this CPU stands: one is raised by bytes that are no "
                        "instruction, and by a MOV to CS. A jump there looks the same."
                      : "",
        .advice = beside.empty() ? "" : "Give IP what counts from the page: `label - real_mode`.",
        .compare = {Register::cr0},
        .cpu = silent->cpu};
}

// "The page holds the trampoline, the mailbox its message."
std::string what_is_in_place(const Scene& scene, unsigned cpu) {
    if (!scene.page)
        return "";
    const bool page = !code_differs(*scene.page) && !tables_differ(*scene.page);
    const bool message = evidence::mailbox_in(*scene.page).cpu == cpu;
    return fmt::format("At 0x8000 lies {}, in the mailbox {}.",
                       page ? "the trampoline" : "what was there before",
                       message ? "its message" : "no message for it");
}

std::optional<Explanation> ap_not_started(const Scene& scene) {
    const Cpu* silent = silent_ap(scene);
    if (scene.evidence.end != End::powered_off || !silent)
        return {};
    const bool nothing = commands_are_known(scene) && !took_a_sipi(scene, *silent);
    return Explanation{.cause = fmt::format("CPU {} never started: {}.", silent->cpu,
                                            !nothing ? "not one letter came from it"
                                            : flaw(scene, Kind::nothing_sent)
                                                ? "it was sent neither INIT nor SIPI"
                                                : "no SIPI was sent to it behind an INIT"),
                       .detail = what_is_in_place(scene, silent->cpu),
                       .cpu = silent->cpu};
}

}  // namespace

const RuleList commands_rules{
    {"init-after-sipi", init_after_sipi},       {"sipi-missing", sipi_missing},
    {"sipi-not-taken", sipi_not_taken},         {"sipi-too-early", sipi_too_early},
    {"icr-level-missing", icr_level_missing},   {"init-with-vector", init_with_vector},
    {"commands-not-noted", commands_not_noted}, {"ap-left-no-letter", ap_left_no_letter},
    {"ap-not-started", ap_not_started},
};

}  // namespace diagnosis::rules
