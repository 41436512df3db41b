#include "tests/submissions/contradictions.h"

#include <algorithm>
#include <fmt/format.h>

#include "checker/evidence/questions.h"
#include "tests/submissions/account.h"

namespace submissions {

using grading::LabGrade;
using grading::Run;

namespace {

constexpr std::string_view like_the_starter = "like-the-starter", points_differ = "points";

const std::vector<Rule>& rules() {
    static const std::vector<Rule> all = [] {
        std::vector<Rule> gathered;
        for (const auto& some : {rules_about_cpus(), rules_about_bits(), rules_about_numbers(),
                                 rules_about_places(), rules_about_stages(), rules_about_verdict()})
            gathered.insert(gathered.end(), some.begin(), some.end());
        return gathered;
    }();
    return all;
}

// All in the machine that a student's first lines can have changed, whatever they lead to.
std::string progress(const Run& run) {
    const evidence::Evidence& evidence = run.evidence;
    std::string text = fmt::format("{} frames; {} commands",
                                   evidence.low_map_frames ? evidence.low_map_frames->size() : 0,
                                   evidence.sent ? std::min(evidence.sent->count, 2u) : 0);
    if (const auto* both = trampoline_page(evidence)) {
        const trampoline::Tables tables = tables_in_image(*both);
        for (const auto& table : {tables.gdt32, tables.gdt64})
            for (unsigned i = 0; i < 3; ++i)
                text += fmt::format("; {:#x}", table[i].raw);
        text += fmt::format("; the page {}", code_differs(*both) ? "is not there" : "is there");
    }
    const evidence::Cpu* cpu = evidence::concerned(evidence);
    const auto at = cpu ? moments(*cpu) : std::vector<const evidence::Registers*>{};
    if (!at.empty())
        text += fmt::format("; {} CR0 {:#x} CR3 {:#x} CR4 {:#x} EFER {:#x}", cpu->trace,
                            at.front()->control.cr0.raw, at.front()->control.cr3,
                            at.front()->control.cr4.raw, at.front()->control.efer.raw);
    return text;
}

void look_for_the_starter(const LabGrade& grade, const LabGrade& starter, const Tell& tell) {
    if (!grading::shows_what_the_starter_does(grade))
        return;
    for (std::size_t i = 0; i < std::min(grade.runs.size(), starter.runs.size()); ++i) {
        const std::string its = progress(grade.runs[i]), untouched = progress(starter.runs[i]);
        if (its != untouched)
            tell(fmt::format("\"The untouched starter shows the same\", which has {}, and this {}",
                             untouched, its));
    }
}

// What all engines together are said to have shown, beside what each of them showed.
void look_at_points(const LabGrade& grade, const Tell& tell) {
    using judgement::Finding;
    unsigned points = 0;
    for (std::size_t i = 0; i < grade.verdict.findings.size(); ++i) {
        const bool earned = grade.verdict.findings[i].answer == Finding::Answer::yes;
        points += earned ? grade.lab.facts[i].points : 0;
        for (const Run& run : grade.runs)
            if (earned && run.verdict.outcome != judgement::Outcome::checker_error &&
                run.verdict.findings[i].answer == Finding::Answer::no)
                tell(fmt::format("{} is earned, and {} denies it", grade.lab.facts[i].id,
                                 evidence::name(run.evidence.engine)));
    }
    if (points != grade.verdict.points)
        tell(fmt::format("{} points, and the facts make {}", grade.verdict.points, points));
    if (grade.verdict.outcome == judgement::Outcome::passed && points != grade.lab.points)
        tell(fmt::format("it has passed with {} points of {}", points, grade.lab.points));
}

}  // namespace

std::vector<std::string> contradictions(const LabGrade& grade, const LabGrade* starter) {
    std::vector<std::string> all;
    const auto telling = [&](std::string_view rule, std::string_view who) {
        return [&all, rule, who](const std::string& what) {
            std::string line = fmt::format("{}: {}{}", rule, who, what);
            if (std::ranges::find(all, line) == all.end())
                all.push_back(std::move(line));
        };
    };
    for (const Run& run : grade.runs) {
        if (run.verdict.outcome == judgement::Outcome::checker_error)
            continue;
        const Account account{grade.lab, run};
        const std::string who = fmt::format("{}: ", evidence::name(run.evidence.engine));
        for (const Rule& rule : rules())
            rule.look(account, telling(rule.name, who));
    }
    if (starter)
        look_for_the_starter(grade, *starter, telling(like_the_starter, ""));
    if (!grade.runs.empty())
        look_at_points(grade, telling(points_differ, ""));
    return all;
}

std::vector<std::string_view> names_of_contradictions() {
    std::vector<std::string_view> names{like_the_starter, points_differ};
    for (const Rule& rule : rules())
        names.push_back(rule.name);
    return names;
}

}  // namespace submissions
