#include "checker/diagnosis/diagnosis.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

#include "checker/diagnosis/any_kernel/rules.h"
#include "checker/diagnosis/cpus.h"
#include "checker/diagnosis/exhibits.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/evidence/faults.h"

namespace diagnosis {

namespace {

using judgement::Outcome;

std::string what_a_log_says(const Scene& scene) {
    const evidence::Log& log = scene.log();
    if (log.reporter == evidence::Reporter::kvm)
        return fmt::format("KVM stopped the machine; {}.",
                           log.cut_out ? "the registers were cut out of this report"
                                       : "its registers do not prove why");
    if (!scene.oldest)
        return fmt::format("{} shut down, and the log has nothing of what led to it.", scene.who());
    const bool code_missing = scene.oldest->cr2 && !scene.oldest->error;
    return fmt::format(
        "{} raised {}{}; {}.", scene.who(), mnemonic(*scene.oldest),
        code_missing ? fmt::format(" at {:#x}", *scene.oldest->cr2) : "",
        log.cut_out
            ? "the registers were cut out of this log, and without them it does not prove why"
        : code_missing ? "the log has not its error code, and does not prove why"
                       : "the log does not prove why");
}

std::string what_is_known(const Scene& scene) {
    const std::string who =
        scene.cpu ? fmt::format("CPU {}", scene.cpu->cpu) : std::string{"The kernel"};
    if (scene.oldest)
        return fmt::format("{} raised {}, and the checker has no name for the cause.", who,
                           mnemonic(*scene.oldest));
    if (scene.outcome == Outcome::hang)
        return fmt::format("{} did not come to its end, and the checker has no name for the cause.",
                           who);
    if (scene.evidence.end == End::panicked)
        return "The kernel stopped itself, and the checker has no name for the cause.";
    return "The lab is not finished, and the checker has no name for the cause.";
}

std::vector<Register> what_to_compare(const Scene& scene) {
    return scene.cpu ? std::vector{Register::cr0, Register::cr4, Register::efer}
                     : std::vector<Register>{};
}

Explanation nobody_knows(const Scene& scene) {
    return {what_is_known(scene),
            "",
            fmt::format("Look at the machine itself: make debug LAB={0}, or make bochs LAB={0}.",
                        scene.lab.number),
            what_to_compare(scene),
            {},
            all_that_is_known(scene)};
}

// The first of the rules that answers: what it calls the cause, and what it says.
std::optional<std::pair<std::string_view, Explanation>> first_of(std::span<const Rule> rules,
                                                                 const Scene& scene) {
    for (const Rule& rule : rules)
        if (auto explanation = rule.explain(scene))
            return std::pair{rule.id, std::move(*explanation)};
    return {};
}

// Why it is so, and what to do: what the catalogue says, where the rule says no more.
void describe(const Explanation& explanation, const catalogue::Entry* about, Diagnosis& result) {
    if (about)
        result.about = *about;
    result.meaning = result.about.why_and(explanation.detail);
    result.advice = explanation.advice.empty() ? result.about.what_to_do : explanation.advice;
}

// Of a CPU whose exceptions ended in a shutdown.
std::string why_nobody_handled_it(const Scene& scene, std::string_view cause) {
    const std::string_view first = mnemonic(*scene.oldest);
    const Registers* registers = scene.registers();
    const bool only_of_it = cause.starts_with(scene.who() + " ") && cause.find(". ") == cause.npos;
    if (registers && registers->idt.limit != 0 && no_idt(*registers))
        return fmt::format(
            "{} has no IDT yet: the kernel loads one at the end of a CPU's start. So "
            "the {} could not be handled, and shut the machine down.",
            only_of_it ? "It" : scene.who(), first);
    const std::string reason = no_handler(scene);
    return reason.empty()
               ? fmt::format("The {} could not be handled, and shut the machine down.", first)
               : fmt::format("The {} could not be handled: {}.", first, reason);
}

// The second half of a headline: why the machine did not survive what went wrong first. A sentence
// about `cpu`, whom the diagnosis is about, or about the machine: what should have handled its
// exception and did not, or who waited for it. Empty where nothing came of it.
std::string why_it_did_not_survive(const Scene& scene, const Cpu* cpu, std::string_view cause) {
    const End end = scene.evidence.end;
    if (end == End::triple_fault && cpu && cpu->died && cpu == scene.cpu && scene.oldest)
        return why_nobody_handled_it(scene, cause);
    if (end == End::panicked && scene.oldest && cpu == scene.cpu)
        return fmt::format("The kernel caught the {}, and stopped the machine.",
                           mnemonic(*scene.oldest));
    if (end == End::panicked)
        return "The kernel stopped the machine with a panic.";
    if (end == End::powered_off && cpu && cpu->handshake == evidence::Handshake::given_up)
        return fmt::format("The BSP waited for CPU {} until its deadline, and went on without it.",
                           cpu->cpu);
    if (end == End::timed_out && cpu)
        return "The run's time was over before it came any further.";
    return "";
}

Diagnosis with(const Scene& scene, std::string_view id, Explanation explanation) {
    const Cpu* cpu = explanation.cpu ? cpu_numbered(scene, *explanation.cpu) : scene.cpu;
    Diagnosis result;
    result.id = id;
    if (cpu)
        result.cpu = cpu->cpu;
    result.exhibits = exhibits(scene, cpu, explanation.compare, explanation.on_arrival);
    if (scene.lab.number == labs::trampoline && scene.evidence.sent)
        result.exhibits.push_back(commands_exhibit(*scene.evidence.sent, cpu ? cpu->apic_id : 0));
    std::ranges::move(explanation.exhibits, std::back_inserter(result.exhibits));
    if (hung(scene))
        result.exhibits.push_back(each_cpu(scene));
    result.cause = std::move(explanation.cause);
    result.consequence = why_it_did_not_survive(scene, cpu, result.cause);
    if (scene.evidence.second_machine)
        result.cause = "On the second machine: " + result.cause;
    describe(explanation, scene.lab.causes ? scene.lab.causes->find(id) : nullptr, result);
    result.lab = result.about.lab == 0 ? scene.lab.number : result.about.lab;
    return result;
}

}  // namespace

std::optional<Diagnosis> diagnose(const lab::Lab& lab, const evidence::Evidence& evidence,
                                  Outcome outcome) {
    if (outcome == Outcome::passed || outcome == Outcome::checker_error)
        return {};
    const Scene scene{lab, evidence, outcome};
    if (auto found = first_of(rules_in_order(), scene))
        return with(scene, found->first, std::move(found->second));
    auto found = scene.oldest ? first_of(any_kernel::rules_in_order(), scene) : std::nullopt;
    if (!found)
        return with(scene, unknown_id, nobody_knows(scene));
    found->second.compare = what_to_compare(scene);
    found->second.exhibits = all_that_is_known(scene);
    return with(scene, found->first, std::move(found->second));
}

Diagnosis diagnose(const evidence::Evidence& log, const catalogue::Catalogue& causes) {
    const lab::Lab no_lab;
    const Scene scene{no_lab, log, Outcome::fault};
    auto found = first_of(any_kernel::rules_in_order(), scene)
                     .value_or(std::pair{unknown_id, Explanation{what_a_log_says(scene)}});
    Diagnosis result;
    result.id = found.first;
    result.exhibits = exhibits_of_log(scene);
    result.cause = std::move(found.second.cause);
    describe(found.second, found.first == unknown_id ? nullptr : causes.find(found.first), result);
    return result;
}

}  // namespace diagnosis
