#include "checker/report/text.h"

#include <algorithm>
#include <fmt/format.h>

#include "checker/report/agreement.h"
#include "checker/report/printable.h"

namespace report {

namespace {

using grading::LabGrade;
using grading::Run;
using judgement::Finding;
using judgement::Outcome;

constexpr std::size_t label_width = 11;

std::string coloured(Outcome outcome, const Style& style) {
    const std::string_view text = judgement::name(outcome);
    switch (outcome) {
        case Outcome::passed:
            return style.green(text);
        case Outcome::checker_error:
        case Outcome::not_yet:
            return style.yellow(text);
        default:
            return style.red(text);
    }
}

std::string paragraph(std::string_view label, std::string_view text) {
    return row(label, label_width, wrap(text, line_width - label_width - 4));
}

// What the checker says of its own failure may quote another program, line by line.
std::string quoted(std::string_view label, std::string_view text) {
    std::string rows;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        rows += paragraph(label, text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        label = "";
    }
    return rows;
}

std::string explanation(const LabGrade& grade, const diagnosis::Diagnosis& found,
                        const Style& style) {
    std::string text;
    for (const std::string& line : wrap(printable(found.cause), line_width - 2))
        text += fmt::format("  {}\n", style.bold(line));
    text += fmt::format("  {}\n\n", style.faint(fmt::format("({})", found.id)));
    for (const diagnosis::Exhibit& exhibit : found.exhibits)
        text += row(exhibit.label, label_width, exhibit.lines);
    if (!found.exhibits.empty())
        text += "\n";
    if (!found.meaning.empty())
        text += paragraph("Why", found.meaning);
    text += paragraph("What to do", found.advice);
    if (found.id != diagnosis::unknown_id)
        text += row("Read on", label_width,
                    {where_to_read(grade, found), fmt::format("make cause ID={}", found.id)});
    return text;
}

std::string engines(const Agreeing& runs) {
    std::string text;
    for (const Run* run : runs)
        text += fmt::format("{}{} ({:.2f} s)", text.empty() ? "" : " and ",
                            name(run->evidence.engine), run->evidence.seconds);
    return text;
}

// "QEMU (0.12 s) and Bochs (1.40 s), 4 CPUs: fault." and what else there is to say of them.
std::string seen_in(const LabGrade& grade, const Agreeing& runs) {
    const Run& run = *runs.front();
    std::string text = fmt::format("{}, {} CPUs: {}.", engines(runs), run.evidence.cpus_requested,
                                   judgement::name(run.verdict.outcome));
    for (const std::string& remark : remarks(grade.lab, runs))
        text += fmt::format(" {}", remark);
    return paragraph("Seen in", text);
}

std::string story(const LabGrade& grade, const Agreeing& runs, const Style& style) {
    const Run& run = *runs.front();
    if (run.verdict.outcome == Outcome::checker_error)
        return quoted(name(run.evidence.engine),
                      fmt::format("The checker could not judge, which costs no point:\n{}",
                                  run.evidence.engine_error));
    std::string text;
    if (run.diagnosis)
        text = explanation(grade, *run.diagnosis, style) + "\n";
    return text + seen_in(grade, runs);
}

std::string fact_lines(const LabGrade& grade) {
    std::string text;
    for (std::size_t i = 0; i < grade.lab.facts.size(); ++i) {
        const lab::Fact& fact = grade.lab.facts[i];
        const Finding& finding = grade.verdict.findings[i];
        const bool earned = finding.answer == Finding::Answer::yes;
        const std::string detail = earned ? "" : fmt::format(": {}", finding.detail);
        text += paragraph(fmt::format("{} of {}", earned ? fact.points : 0, fact.points),
                          fact.text + detail);
    }
    return text;
}

std::string build_errors(const LabGrade& grade) {
    std::string text = "  It does not build:\n\n";
    for (const std::string& line : grade.build_errors)
        text += fmt::format("  {}\n", printable(line));
    return text;
}

}  // namespace

std::string where_to_read(const LabGrade& grade, const diagnosis::Diagnosis& found) {
    const std::string& section = found.about.section;
    const std::string handout = found.lab == grade.lab.number
                                    ? grade.lab.handout
                                    : fmt::format("the handout of lab {}", found.lab);
    return section.empty() ? handout : fmt::format("{}, \"{}\"", handout, section);
}

std::string one_line(const LabGrade& grade, const Style& style) {
    const std::string title = fmt::format("Lab {}  {}", grade.lab.number, grade.lab.title);
    return fmt::format("{:<48} {}{}  {}", title, coloured(grade.verdict.outcome, style),
                       std::string(15 - judgement::name(grade.verdict.outcome).size(), ' '),
                       grading::not_judged(grade)
                           ? "not judged"
                           : fmt::format("{:>2} of {}", grade.verdict.points, grade.lab.points));
}

std::string autopsy(const LabGrade& grade, const Style& style) {
    std::string text =
        fmt::format("{:<48} {}\n", fmt::format("Lab {}  {}", grade.lab.number, grade.lab.title),
                    coloured(grade.verdict.outcome, style));
    if (!grade.checker_error.empty())
        return text + "\n" + quoted("Checker", grade.checker_error);
    if (grade.verdict.outcome == Outcome::build_error)
        return text + "\n" + build_errors(grade);
    for (const Agreeing& group : agreements(grade))
        text += "\n" + story(grade, group, style);
    return text;
}

std::string text(const LabGrade& grade, const Style& style) {
    std::string text = one_line(grade, style) + "\n";
    if (!grade.checker_error.empty())
        return text + "\n" + quoted("Checker", grade.checker_error);
    if (!grade.from_starter.empty())
        text +=
            fmt::format("  {}\n", style.faint(fmt::format("not submitted, so the starter's: {}",
                                                          fmt::join(grade.from_starter, ", "))));
    if (grade.verdict.outcome == Outcome::build_error)
        return text + "\n" + build_errors(grade);
    for (const Agreeing& group : agreements(grade))
        text += "\n" + story(grade, group, style);
    if (grading::is_untouched(grade))
        return text +
               paragraph("", "This is what the untouched starter shows: the lab is still to do.");
    return text + "\n" + fact_lines(grade);
}

}  // namespace report
