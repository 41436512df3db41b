#include "checker/report/brief.h"

#include <algorithm>
#include <fmt/format.h>

#include "checker/evidence/questions.h"
#include "checker/report/agreement.h"
#include "checker/report/printable.h"
#include "x86/exception.h"

namespace report {

namespace {

using grading::LabGrade;
using grading::Run;
using judgement::Finding;
using judgement::Outcome;

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

// "kernel/smp/per_cpu.cc:31 in smp::init_percpu"
std::string place(const evidence::Location& location) {
    std::string text =
        location.line == 0
            ? fmt::format("{:#x}", location.address)
            : fmt::format("{}:{}", location.file.empty() ? "?" : location.file, location.line);
    if (!location.symbol.empty())
        text += fmt::format(" in {}", location.symbol);
    return text;
}

// The first fact that the lab does not show, where nothing better is known.
std::string missing_fact(const LabGrade& grade) {
    for (std::size_t i = 0; i < grade.lab.facts.size(); ++i) {
        const Finding& finding = grade.verdict.findings[i];
        if (finding.answer == Finding::Answer::no)
            return fmt::format("Missing: {}{}{}", grade.lab.facts[i].text,
                               finding.detail.empty() ? "" : ": ", finding.detail);
    }
    return "";
}

std::vector<std::string> story(const LabGrade& grade, const Run& run) {
    if (run.verdict.outcome == Outcome::checker_error)
        return {
            fmt::format("The checker could not judge: {}", first_line(run.evidence.engine_error))};
    if (!run.diagnosis)
        return {};
    std::vector<std::string> lines{run.diagnosis->cause, where(run)};
    if (run.diagnosis->id == diagnosis::unknown_id)
        lines.push_back(missing_fact(grade));
    return lines;
}

std::vector<std::string> stories(const LabGrade& grade) {
    if (!grade.checker_error.empty())
        return {fmt::format("The checker could not judge: {}", first_line(grade.checker_error))};
    if (grade.verdict.outcome == Outcome::build_error)
        return {"It does not build.", grade.build_errors.empty() ? "" : grade.build_errors.front()};
    std::vector<std::string> all;
    const std::vector<Agreeing> groups = agreements(grade);
    for (const Agreeing& group : groups) {
        std::vector<std::string> lines = story(grade, *group.front());
        if (groups.size() > 1 && !lines.empty())
            lines.front() = fmt::format("{}: {}", names(group), lines.front());
        all.insert(all.end(), lines.begin(), lines.end());
    }
    return all;
}

}  // namespace

const evidence::Cpu* told_about(const Run& run) {
    const auto& cpus = run.evidence.cpus;
    if (run.diagnosis && run.diagnosis->cpu) {
        const auto found = std::ranges::find(cpus, *run.diagnosis->cpu, &evidence::Cpu::cpu);
        if (found != cpus.end())
            return &*found;
    }
    return evidence::concerned(run.evidence);
}

std::string where(const Run& run) {
    const evidence::Cpu* cpu = told_about(run);
    if (!cpu)
        return "";
    if (const evidence::Exception* oldest = evidence::oldest_exception(*cpu))
        return fmt::format("{} at {}",
                           x86::mnemonic(static_cast<x86::ExceptionVector>(oldest->vector)),
                           place(oldest->where));
    // Where a CPU stands tells something only if it should have gone on.
    if (run.verdict.outcome != Outcome::hang || cpu->where.symbol.empty())
        return "";
    return fmt::format("CPU {} stands at {}", cpu->cpu, place(cpu->where));
}

std::vector<std::string> brief(const LabGrade& grade) {
    std::vector<std::string> lines;
    for (const std::string& line : stories(grade))
        if (!line.empty())
            lines.push_back(printable(line));
    return lines;
}

}  // namespace report
