#include "checker/grading/grade.h"

#include <algorithm>
#include <fmt/format.h>

#include "checker/evidence/questions.h"

namespace grading {

using judgement::Outcome;
using Answer = judgement::Finding::Answer;

Run assess(const lab::Lab& lab, evidence::Evidence evidence) {
    Run run;
    run.verdict = judgement::judge(lab, evidence);
    run.diagnosis = diagnosis::diagnose(lab, evidence, run.verdict.outcome);
    run.documented = run.diagnosis && judgement::is_documented(lab, evidence, run.verdict.outcome,
                                                               run.diagnosis->id);
    run.evidence = std::move(evidence);
    return run;
}

Run after_second(Run first, Run second) {
    second.verdict.findings =
        judgement::both_machines(first.verdict.findings, second.verdict.findings);
    second.evidence.seconds += first.evidence.seconds;
    if (second.verdict.outcome != Outcome::passed)
        return second;
    first.verdict.findings = std::move(second.verdict.findings);
    first.evidence.seconds = second.evidence.seconds;
    return first;
}

lab::Lab all_together(std::span<const lab::Lab> labs) {
    lab::Lab all;
    all.name = all.directory = "whole";
    all.title = "All labs together";
    if (!labs.empty())
        all.causes = labs.front().causes;
    for (const lab::Lab& lab : labs) {
        for (const std::string& file : lab.seam)
            all.seam.push_back(lab.directory + "/" + file);
        for (lab::Fact fact : lab.facts) {
            fact.points = 0;
            if (fact.on_first)
                all.facts.push_back(std::move(fact));
        }
    }
    return all;
}

LabGrade assemble(const lab::Lab& lab, std::vector<Run> runs) {
    std::vector<judgement::RunVerdict> verdicts;
    for (const Run& run : runs)
        verdicts.push_back(run.verdict);
    LabGrade grade;
    grade.lab = lab;
    grade.verdict = judgement::combine(lab, verdicts);
    for (std::size_t i = 0; i < lab.facts.size(); ++i) {
        const auto says = [&](Answer answer) {
            return std::ranges::find(
                runs, answer, [&](const Run& run) { return run.verdict.findings[i].answer; });
        };
        std::string& why = grade.verdict.findings[i].detail;
        if (const auto no = says(Answer::no); no != runs.end() && says(Answer::yes) != runs.end())
            why = fmt::format("in {}: {}", evidence::name(no->evidence.engine), why);
    }
    grade.runs = std::move(runs);
    // A lab that is half done may die where the starter does; who earned points has begun.
    if (grade.verdict.points != 0)
        for (Run& run : grade.runs)
            run.documented = false;
    return grade;
}

bool tells_more(const Run& one, const Run& other) {
    const auto letters = [](const Run& run) {
        const std::size_t cpu = run.diagnosis ? run.diagnosis->cpu.value_or(0) : 0;
        return cpu < run.evidence.cpus.size() ? run.evidence.cpus[cpu].trace.size() : 0;
    };
    return one.verdict.outcome != other.verdict.outcome
               ? one.verdict.outcome > other.verdict.outcome
               : letters(one) < letters(other);
}

std::optional<std::string> diagnosis_of(const LabGrade& grade) {
    if (grade.verdict.outcome == Outcome::build_error)
        return does_not_build_id;
    const Run* most = nullptr;
    for (const Run& run : grade.runs)
        if (run.verdict.outcome == grade.verdict.outcome && run.diagnosis &&
            (!most || tells_more(run, *most)))
            most = &run;
    return most ? std::optional{most->diagnosis->id} : std::nullopt;
}

bool not_judged(const LabGrade& grade) {
    return grade.verdict.outcome == Outcome::checker_error &&
           std::ranges::all_of(grade.runs, [](const Run& run) {
               return run.verdict.outcome == Outcome::checker_error;
           });
}

bool shows_what_the_starter_does(const LabGrade& grade) {
    return !grade.runs.empty() && std::ranges::all_of(grade.runs, &Run::documented);
}

Points points(const Grade& grade) {
    Points total;
    for (const LabGrade& lab : grade.labs)
        if (!not_judged(lab)) {
            total.earned += lab.verdict.points;
            total.possible += lab.lab.points;
        }
    return total;
}

}  // namespace grading
