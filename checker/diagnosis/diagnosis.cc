#include "checker/diagnosis/diagnosis.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

#include "checker/diagnosis/exhibits.h"
#include "checker/diagnosis/exhibits_commands.h"
#include "checker/diagnosis/general.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/diagnosis/survival.h"
#include "checker/diagnosis/waiting.h"

namespace diagnosis {

namespace {

using judgement::Outcome;
using Register = judgement::ControlFlag::Register;

constexpr unsigned lab_of_the_start = 3;

std::string what_is_known(const Scene& scene) {
    const std::string who =
        scene.cpu ? fmt::format("CPU {}", scene.cpu->cpu) : std::string{"the kernel"};
    if (scene.oldest)
        return fmt::format("{} raised {}, and the checker has no name for the cause.", who,
                           x86::mnemonic(static_cast<x86::ExceptionVector>(scene.oldest->vector)));
    if (scene.outcome == Outcome::hang)
        return fmt::format("{} did not come to its end, and the checker has no name for the cause.",
                           who);
    if (scene.evidence.end == evidence::End::panicked)
        return "The kernel stopped itself, and the checker has no name for the cause.";
    return "The lab is not finished, and the checker has no name for the cause.";
}

std::vector<Register> what_to_compare(const Scene& scene) {
    return scene.cpu ? std::vector{Register::cr0, Register::cr4, Register::efer}
                     : std::vector<Register>{};
}

Explanation nobody_knows(const Scene& scene) {
    std::string cause = what_is_known(scene);
    if (cause.starts_with('t'))
        cause[0] = 'T';
    return {std::move(cause),
            "",
            fmt::format("Look at the machine itself: make debug LAB={0}, or make bochs LAB={0}.",
                        scene.lab.number),
            what_to_compare(scene),
            {},
            all_that_is_known(scene)};
}

Explanation generally(const Scene& scene, const causes::Cause& cause) {
    return {cause.text,   cause.detail,
            cause.advice, what_to_compare(scene),
            {},           all_that_is_known(scene)};
}

const evidence::Cpu* cpu_numbered(const evidence::Evidence& evidence, unsigned number) {
    const auto found = std::ranges::find(evidence.cpus, number, &evidence::Cpu::cpu);
    return found == evidence.cpus.end() ? nullptr : &*found;
}

Diagnosis with(const Scene& scene, std::string_view id, Explanation explanation) {
    const evidence::Cpu* cpu =
        explanation.cpu ? cpu_numbered(scene.evidence, *explanation.cpu) : scene.cpu;
    Diagnosis result;
    result.id = id;
    if (cpu)
        result.cpu = cpu->cpu;
    result.exhibits = exhibits(scene, cpu, explanation.compare);
    if (scene.lab.number == lab_of_the_start && scene.evidence.sent)
        result.exhibits.push_back(commands_exhibit(*scene.evidence.sent));
    std::ranges::move(explanation.exhibits, std::back_inserter(result.exhibits));
    if (hung(scene))
        result.exhibits.push_back(each_cpu(scene));
    result.cause = std::move(explanation.cause);
    result.consequence = why_it_did_not_survive(scene, cpu);
    const catalogue::Entry* about = scene.lab.causes ? scene.lab.causes->find(id) : nullptr;
    if (about)
        result.about = *about;
    result.meaning = result.about.why_and(explanation.detail);
    result.advice =
        explanation.advice.empty() ? result.about.what_to_do : std::move(explanation.advice);
    result.lab = result.about.lab == 0 ? scene.lab.number : result.about.lab;
    return result;
}

}  // namespace

std::optional<Diagnosis> diagnose(const lab::Lab& lab, const evidence::Evidence& evidence,
                                  Outcome outcome) {
    if (outcome == Outcome::passed || outcome == Outcome::checker_error)
        return {};
    const Scene scene{lab, evidence, outcome};
    for (const Rule& rule : rules_in_order())
        if (auto explanation = rule.explain(scene))
            return with(scene, rule.id, std::move(*explanation));
    if (const auto cause = general_cause(scene))
        return with(scene, cause->id, generally(scene, *cause));
    return with(scene, unknown_id, nobody_knows(scene));
}

}  // namespace diagnosis
