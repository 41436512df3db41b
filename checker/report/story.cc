#include "checker/report/story.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <tuple>

#include "checker/evidence/faults.h"
#include "checker/evidence/words.h"
#include "x86/exception.h"

namespace report {

namespace {

// Runs of which `key` says the same, in the order of their first.
template <class Key>
std::vector<Agreeing> grouped(const std::vector<Run>& runs, Key key) {
    std::vector<Agreeing> groups;
    for (const Run& run : runs) {
        const auto same = std::ranges::find_if(
            groups, [&](const Agreeing& group) { return key(*group.front()) == key(run); });
        if (same == groups.end())
            groups.push_back({&run});
        else
            same->push_back(&run);
    }
    return groups;
}

const evidence::Exception* oldest(const Run& run) {
    const evidence::Cpu* cpu = evidence::concerned(run.evidence);
    return cpu ? evidence::oldest_exception(*cpu) : nullptr;
}

auto story_of(const Run& run) {
    const evidence::Exception* first = oldest(run);
    const bool failed = run.verdict.outcome == Outcome::checker_error;
    return std::tuple{run.verdict.outcome, run.diagnosis ? run.diagnosis->id : std::string{},
                      first ? first->vector : 0u, first ? first->where.address : 0u,
                      failed ? run.evidence.engine_error : std::string{}};
}

// What the second of two runs has not as the first, whose headline and rows are shown for both.
std::vector<std::string> differences(const Run& shown, const Run& other) {
    if (!shown.diagnosis || !other.diagnosis)
        return {};
    const std::string_view engine = evidence::name(other.evidence.engine);
    std::vector<std::string> all;
    if (shown.diagnosis->cause != other.diagnosis->cause)
        all.push_back(fmt::format("In {}: {}", engine, other.diagnosis->cause));
    const std::string_view why = shown.diagnosis->about.why;
    const std::string& tells = other.diagnosis->meaning;
    if (shown.diagnosis->meaning != tells && tells.starts_with(why))
        all.push_back(tells.size() == why.size()
                          ? fmt::format("How \"Why\" ends is of {} alone.",
                                        evidence::name(shown.evidence.engine))
                          : fmt::format("In {}: {}", engine, tells.substr(why.size() + 1)));
    // What is told beside it, what is timed to a tenth of a millisecond, and where the end has
    // found somebody, which is another place each time.
    constexpr std::array<std::string_view, 5> left_out{"exceptions", "BSP sent", "stands at",
                                                       "called from", "each CPU"};
    std::vector<std::string> rows;
    for (const diagnosis::Exhibit& row : shown.diagnosis->exhibits) {
        const auto same =
            std::ranges::find(other.diagnosis->exhibits, row.label, &diagnosis::Exhibit::label);
        if (std::ranges::count(left_out, row.label) == 0 &&
            same != other.diagnosis->exhibits.end() && same->lines != row.lines)
            rows.push_back(row.label);
    }
    if (!rows.empty())
        all.push_back(fmt::format("Shown as {} has it, which differs from {}: {}.",
                                  evidence::name(shown.evidence.engine), engine,
                                  fmt::join(rows, ", ")));
    return all;
}

// Why two error codes differ, where that is known.
std::string_view reason(const evidence::Exception& one, const evidence::Exception& other) {
    if (page_fault_with(one, x86::page_fault::rsvd) &&
        (*one.error ^ *other.error) == x86::page_fault::p.raw)
        return ": for a reserved bit QEMU since 7.2 leaves P clear; Bochs sets it, as the manuals "
               "say";
    return "";
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

std::string could_not_judge(const std::string& why) {
    return fmt::format("The checker could not judge: {}", why.substr(0, why.find('\n')));
}

std::vector<std::string> story_in_brief(const LabGrade& grade, const Run& run) {
    if (run.verdict.outcome == Outcome::checker_error)
        return {could_not_judge(run.evidence.engine_error)};
    if (!run.diagnosis)
        return {};
    std::vector<std::string> lines{run.diagnosis->cause, where(run)};
    if (run.diagnosis->id == diagnosis::unknown_id)
        lines.push_back(missing_fact(grade));
    return lines;
}

std::string which(std::size_t labs) {
    constexpr auto words = std::to_array<std::string_view>(
        {"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"});
    if (labs == 1)
        return "with its one lab";
    return fmt::format("all {} labs together",
                       labs < words.size() ? std::string{words[labs]} : std::to_string(labs));
}

std::string_view fate(const Run& run) {
    switch (run.verdict.outcome) {
        case Outcome::passed:
            return "comes up whole in";
        case Outcome::not_yet:
            return "comes up in";
        case Outcome::checker_error:
            return "could not be judged in";
        default:
            return "stops in";
    }
}

// "comes up whole in QEMU and Bochs", "stops in Bochs; comes up whole in QEMU"
std::string fate_of_whole(const grading::Together& together) {
    const LabGrade& grade = together.grade;
    if (const auto& labs = together.waits_for; !labs.empty())
        return fmt::format("booted once lab{} {} pass{}", labs.size() == 1 ? "" : "s",
                           fmt::join(labs, ", "), labs.size() == 1 ? "es" : "");
    if (grade.verdict.outcome == Outcome::build_error)
        return "does not build, though each lab does";
    std::string text;
    for (const Agreeing& group : grouped(grade.runs, fate))
        text += fmt::format(
            "{}{} {}{}", text.empty() ? "" : "; ", fate(*group.front()), names(group),
            group.front()->verdict.outcome == Outcome::not_yet ? ", but is not whole" : "");
    return text.empty() ? "could not be judged" : text;
}

}  // namespace

std::string names(const Agreeing& runs) {
    std::string text;
    for (const Run* run : runs)
        text +=
            fmt::format("{}{}", text.empty() ? "" : " and ", evidence::name(run->evidence.engine));
    return text;
}

std::vector<Agreeing> agreements(const LabGrade& grade) {
    std::vector<Agreeing> groups = grouped(grade.runs, story_of);
    std::ranges::stable_sort(groups, grading::tells_more,
                             [](const Agreeing& group) -> const Run& { return *group.front(); });
    return groups;
}

std::vector<std::string> remarks(const lab::Lab& lab, const Agreeing& runs) {
    std::vector<std::string> all;
    const evidence::Exception* first = oldest(*runs.front());
    for (const Run* run : runs) {
        const auto different = differences(*runs.front(), *run);
        all.insert(all.end(), different.begin(), different.end());
        const evidence::Exception* other = oldest(*run);
        if (!first || !other || !first->error || !other->error)
            continue;
        const std::string_view engine = evidence::name(run->evidence.engine);
        if (*first->error != *other->error)
            all.push_back(fmt::format("{}'s error code is {:#04x}, {}'s {:#04x}{}.",
                                      evidence::name(runs.front()->evidence.engine), *first->error,
                                      engine, *other->error, reason(*first, *other)));
        if (!run->documented)
            continue;
        const auto expected = lab.documented->error.find(run->evidence.engine);
        if (expected != lab.documented->error.end() && expected->second != *other->error)
            all.push_back(
                fmt::format("The lab documents {:#04x} for {}; this version says {:#04x}.",
                            expected->second, engine, *other->error));
    }
    return all;
}

const evidence::Cpu* told_about(const Run& run) {
    if (run.diagnosis && run.diagnosis->cpu)
        for (const evidence::Cpu& cpu : run.evidence.cpus)
            if (cpu.cpu == *run.diagnosis->cpu)
                return &cpu;
    return evidence::concerned(run.evidence);
}

std::string where(const Run& run) {
    const evidence::Cpu* cpu = told_about(run);
    if (!cpu)
        return "";
    if (const evidence::Exception* first = evidence::oldest_exception(*cpu))
        return fmt::format("{} at {}", mnemonic(*first), place(first->where));
    // Where a CPU stands tells something only if it should have gone on.
    if (run.verdict.outcome != Outcome::hang || cpu->where.symbol.empty())
        return "";
    return fmt::format("CPU {} stands at {}", cpu->cpu, place(evidence::stand(*cpu)));
}

std::vector<std::string> brief(const LabGrade& grade) {
    std::vector<std::string> all;
    if (!grade.checker_error.empty())
        return {could_not_judge(grade.checker_error)};
    if (grade.verdict.outcome == Outcome::build_error) {
        all = {"It does not build.", grade.build_errors.empty() ? "" : grade.build_errors.front()};
    } else {
        const std::vector<Agreeing> groups = agreements(grade);
        for (const Agreeing& group : groups) {
            std::vector<std::string> lines = story_in_brief(grade, *group.front());
            if (groups.size() > 1 && !lines.empty())
                lines.front() = fmt::format("{}: {}", names(group), lines.front());
            all.insert(all.end(), lines.begin(), lines.end());
        }
    }
    std::erase(all, "");
    return all;
}

std::vector<std::string> whole(const grading::Together& together, std::size_t labs) {
    std::vector<std::string> lines =
        together.waits_for.empty() ? brief(together.grade) : std::vector<std::string>{};
    lines.insert(lines.begin(),
                 fmt::format("Your own kernel, {}: {}", which(labs), fate_of_whole(together)));
    return lines;
}

std::string where_to_read(const LabGrade& grade, const diagnosis::Diagnosis& found) {
    const std::string& section = found.about.section;
    const std::string handout = found.lab == grade.lab.number
                                    ? grade.lab.handout
                                    : fmt::format("the handout of lab {}", found.lab);
    return section.empty() ? handout : fmt::format("{}, \"{}\"", handout, section);
}

std::string not_submitted(const LabGrade& grade) {
    return grade.from_starter.empty() ? ""
                                      : fmt::format("Not submitted, so the starter's: {}",
                                                    fmt::join(grade.from_starter, ", "));
}

std::string points_of(const LabGrade& grade) {
    return grading::not_judged(grade)
               ? "not judged"
               : fmt::format("{:>2} of {}", grade.verdict.points, grade.lab.points);
}

}  // namespace report
