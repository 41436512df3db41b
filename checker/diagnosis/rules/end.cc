#include <fmt/format.h>

#include "checker/diagnosis/cpus.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/diagnosis/seam_code.h"

namespace diagnosis::rules {

namespace {

using judgement::Outcome;

// "CPU 1 had come as far as rpalRJW123."
std::string how_far(const Scene& scene) {
    if (!scene.cpu || scene.cpu->cpu == 0)
        return "";
    return scene.cpu->trace.empty()
               ? fmt::format("CPU {} had not started.", scene.cpu->cpu)
               : fmt::format("CPU {} had come as far as {}.", scene.cpu->cpu, scene.cpu->trace);
}

// The OUT in the student's assembly that a CPU stands behind, in words.
std::string by_an_out(const Scene& scene) {
    for (const Cpu& cpu : scene.evidence.cpus)
        if (const auto line = line_before(scene, cpu);
            line && line->text.starts_with("out") && line->line.file.ends_with(".asm"))
            return fmt::format(", by CPU {}: `{}`, in line {} of {}", cpu.cpu, line->text,
                               line->line.line,
                               line->line.file.substr(line->line.file.rfind('/') + 1));
    return "; no CPU had faulted";
}

std::optional<Explanation> deliberate_reset(const Scene& scene) {
    if (scene.evidence.end == End::reset)
        return Explanation{
            .cause = fmt::format("The machine was reset by software, through a port{}.",
                                 by_an_out(scene)),
            .detail = how_far(scene)};
    if (scene.evidence.end == End::powered_off && !evidence::came_to_its_end(scene.evidence))
        return Explanation{
            .cause = "The machine was switched off before the kernel had come to its end.",
            .detail = how_far(scene)};
    if (scene.outcome != Outcome::reset || !scene.oldest || !evidence::is_breakpoint(*scene.oldest))
        return {};
    return about(*scene.cpu, "executed INT3 with no handler for it.");
}

std::optional<Explanation> breaks_the_emulator(const Scene& scene) {
    if (scene.evidence.end != End::engine_broken)
        return {};
    const std::string& said = scene.evidence.engine_error;
    return Explanation{.cause = fmt::format("This kernel broke the emulator, which the reference "
                                            "does not: {}",
                                            said.substr(0, said.find('\n')))};
}

// The kernel unmaps the labs' code when all APs are up.
std::optional<Explanation> seam_too_late(const Scene& scene) {
    if (!scene.fetch_fault() || scene.oldest->cr2 != scene.oldest->where.address ||
        in_trampoline(scene.oldest->where.address) || !scene.in_seam(scene.oldest->where))
        return {};
    return Explanation{fmt::format("{} ran your own code, {}, where it is no longer mapped.",
                                   scene.who(), scene.oldest->where.symbol)};
}

std::optional<Explanation> flood(const Scene& scene) {
    if (scene.evidence.end != End::flooded)
        return {};
    const Cpu* culprit =
        first_cpu(scene, [&](const Cpu& cpu) { return place_in_seam(scene, cpu); });
    return Explanation{
        .cause =
            culprit ? fmt::format("The machine wrote without end, and CPU {} was in your own code.",
                                  culprit->cpu)
                    : "The machine wrote without end, and the run was cut off.",
        .detail = how_far(scene),
        .cpu = culprit ? std::optional{culprit->cpu} : std::nullopt};
}

}  // namespace

const RuleList end_rules{
    {"breaks-the-emulator", breaks_the_emulator},
    {"seam-too-late", seam_too_late},
    {"flood", flood},
    {"deliberate-reset", deliberate_reset},
};

}  // namespace diagnosis::rules
