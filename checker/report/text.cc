#include "checker/report/text.h"

#include <algorithm>
#include <fmt/format.h>

#include "checker/evidence/questions.h"
#include "checker/report/story.h"

namespace report {

namespace {

constexpr std::size_t indentation = 7;  // below the title, beside "Lab 5"

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

// "Lab 5  No-execute and write-protect              fault"
std::string title(const LabGrade& grade, const Style& style) {
    return fmt::format("{:<48} {}", fmt::format("Lab {}  {}", grade.lab.number, grade.lab.title),
                       coloured(grade.verdict.outcome, style));
}

std::string read_on(const LabGrade& grade, const diagnosis::Diagnosis& found) {
    return found.id == diagnosis::unknown_id
               ? ""
               : row("Read on", label_width,
                     {where_to_read(grade, found), fmt::format("make cause ID={}", found.id)});
}

// "QEMU (0.12 s) and Bochs (1.40 s), 4 CPUs: fault." and what else there is to say of them.
std::string seen_in(const LabGrade& grade, const Agreeing& runs, const Style& style) {
    std::string text;
    for (const Run* run : runs)
        text += fmt::format(
            "{}{}{}", text.empty() ? "" : " and ", evidence::name(run->evidence.engine),
            run->evidence.seconds == 0 ? "" : fmt::format(" ({:.2f} s)", run->evidence.seconds));
    const Run& run = *runs.front();
    text += fmt::format(", {} CPUs{}: {}.", run.evidence.cpus_requested,
                        run.evidence.second_machine ? ", on " + grade.lab.second_machine : "",
                        judgement::name(run.verdict.outcome));
    for (const std::string& remark : remarks(grade.lab, runs))
        text += fmt::format(" {}", remark);
    return paragraph("Seen in", text, style);
}

// What happened, and nothing of points.
std::string stories(const LabGrade& grade, const Style& style) {
    if (!grade.checker_error.empty())
        return "\n" + paragraph("Checker", grade.checker_error, style);
    std::string text;
    if (grade.verdict.outcome == Outcome::build_error) {
        text += "\n  It does not build:\n\n";
        for (const std::string& line : grade.build_errors)
            text += fmt::format("  {}\n", printable(line));
        return text;
    }
    std::vector<std::string> told;
    for (const Agreeing& group : agreements(grade)) {
        const Run& run = *group.front();
        auto found = run.diagnosis;
        // What another engine's half has said, word for word, is not said again.
        for (auto part : {&diagnosis::Diagnosis::meaning, &diagnosis::Diagnosis::advice}) {
            if (found && !((*found).*part).empty() && std::ranges::count(told, (*found).*part) != 0)
                (*found).*part = "As above.";
            else if (found)
                told.push_back((*found).*part);
        }
        text += "\n";
        if (run.verdict.outcome == Outcome::checker_error)
            text += paragraph(evidence::name(run.evidence.engine),
                              fmt::format("The checker could not judge, which costs no point:\n{}",
                                          run.evidence.engine_error),
                              style);
        else
            text += (found ? explanation(*found, style) + read_on(grade, *found) + "\n" : "") +
                    seen_in(grade, group, style);
    }
    return text;
}

// What was not earned says what was seen instead, and in which file to look.
std::string not_earned(const LabGrade& grade, const lab::Fact& fact, const Finding& finding) {
    const bool built = grade.verdict.outcome != Outcome::build_error;
    const std::string seen = fmt::format("{}: {}", fact.text, finding.detail);
    return !built                                        ? fact.text
           : finding.answer == Finding::Answer::not_told ? seen
           : fact.look.empty() || finding.elsewhere
               ? fmt::format("{}; why is told below", seen)
               : fmt::format("{}; see labs/{}/{}", seen, grade.lab.directory, fact.look);
}

enum class Facts { all, not_earned };

std::string fact_lines(const LabGrade& grade, Facts which, const Style& style) {
    std::string text;
    for (std::size_t i = 0; i < grade.lab.facts.size(); ++i) {
        const lab::Fact& fact = grade.lab.facts[i];
        const Finding& finding = grade.verdict.findings[i];
        const bool earned = finding.holds();
        if (earned && which == Facts::not_earned)
            continue;
        text += paragraph(fmt::format("{} of {}", earned ? fact.points : 0, fact.points),
                          earned ? fact.text : not_earned(grade, fact, finding), style);
    }
    return text;
}

std::string indented(const std::string& line, const Style& style) {
    std::string text;
    for (const std::string& part : wrap(printable(line), style.width() - indentation))
        text += fmt::format("{:{}}{}\n", "", indentation, part);
    return text;
}

std::string told_briefly(const LabGrade& lab, const Style& style) {
    std::string text = one_line(lab, style) + "\n";
    for (const std::string& line : brief(lab))
        text += indented(line, style);
    const auto add_note = [&](const std::string& note) {
        text += fmt::format("{:{}}{}\n", "", indentation, style.faint(note));
    };
    if (grading::shows_what_the_starter_does(lab))
        add_note("The untouched starter shows the same.");
    if (const std::string missing = not_submitted(lab); !missing.empty())
        add_note(missing);
    return text;
}

std::string whole_kernel(const Grade& grade, const Style& style) {
    std::string text;
    if (grade.together)
        for (const std::string& line : whole(*grade.together, grade.labs.size()))
            text += text.empty() ? "\n" + style.bold(line) + "\n" : indented(line, style);
    return text;
}

}  // namespace

std::string exhibits(const diagnosis::Diagnosis& found, const Style& style) {
    std::string text;
    for (const diagnosis::Exhibit& exhibit : found.exhibits)
        text += row(exhibit.label, label_width, fold(exhibit.lines, style.beside_label()));
    return text;
}

std::string explanation(const diagnosis::Diagnosis& found, const Style& style) {
    std::string text;
    for (const std::string& line : wrap(printable(found.cause), style.width() - 2))
        text += fmt::format("  {}\n", style.bold(line));
    for (const std::string& line : wrap(printable(found.consequence), style.width() - 2))
        text += fmt::format("  {}\n", line);
    text += fmt::format("  {}\n\n", style.faint(fmt::format("({})", found.id)));
    const std::string shown = exhibits(found, style);
    return text + shown + (shown.empty() ? "" : "\n") + paragraph("Why", found.meaning, style) +
           paragraph("What to do", found.advice, style);
}

std::string one_line(const LabGrade& grade, const Style& style) {
    const std::size_t width = judgement::name(grade.verdict.outcome).size();
    return fmt::format("{}{:{}}{}", title(grade, style), "", 17 - width, points_of(grade));
}

std::string autopsy(const LabGrade& grade, const Style& style) {
    return title(grade, style) + "\n" + stories(grade, style);
}

std::string text(const LabGrade& grade, const Style& style) {
    std::string text = one_line(grade, style) + "\n";
    if (!grade.checker_error.empty())
        return text + stories(grade, style);
    if (const std::string note = not_submitted(grade); !note.empty())
        text += fmt::format("  {}\n", style.faint(note));
    if (grade.verdict.outcome == Outcome::build_error)
        return text + stories(grade, style);
    text += "\n" + fact_lines(grade, Facts::all, style) + stories(grade, style);
    if (grading::shows_what_the_starter_does(grade))
        text += paragraph("", "The untouched starter shows the same.", style);
    return text;
}

std::string in_short(const LabGrade& grade, const Style& style) {
    std::string text = one_line(grade, style) + "\n";
    if (!grade.checker_error.empty() || grade.verdict.outcome == Outcome::build_error)
        return text + stories(grade, style);
    if (grade.verdict.outcome != Outcome::passed)
        text += "\n" + fact_lines(grade, Facts::not_earned, style) + "\n";
    for (const Agreeing& group : agreements(grade)) {
        const Run& run = *group.front();
        const bool alone = group.size() == grade.runs.size();
        if (run.verdict.outcome == Outcome::checker_error)
            text += paragraph(names(group), run.evidence.engine_error, style);
        if (!run.diagnosis)
            continue;
        text += paragraph(alone ? "Cause" : names(group), run.diagnosis->cause, style);
        text += paragraph("", where(run), style);
        text += paragraph("What to do", run.diagnosis->advice, style);
    }
    return text;
}

std::string second_opinion(const LabGrade& grade, const LabGrade& first,
                           const std::string& all_of_it, const Style& style) {
    const bool same = agreements(grade).size() == 1 &&
                      grade.verdict.outcome == first.verdict.outcome &&
                      grade.verdict.points == first.verdict.points;
    std::string text;
    for (const Run& run : grade.runs) {
        if (run.evidence.engine == first.runs.front().evidence.engine)
            continue;
        std::string said =
            fmt::format("{} ({:.2f} s)", same ? "agrees" : "differs", run.evidence.seconds);
        if (same)
            for (const std::string& remark : remarks(grade.lab, agreements(grade).front()))
                said += fmt::format(". {}", remark);
        else
            said += fmt::format(": {}. Of both together:", judgement::name(run.verdict.outcome));
        text += paragraph(evidence::name(run.evidence.engine), said, style);
    }
    return same ? text : text + "\n" + all_of_it;
}

std::string points(const Grade& grade, const Style& style) {
    const grading::Points total = grading::points(grade);
    std::string text = style.bold(fmt::format("{} of {} points", total.earned, total.possible));
    const auto skipped = std::ranges::count_if(grade.labs, grading::not_judged);
    if (skipped != 0)
        text += fmt::format(", {} not judged because the checker itself failed",
                            skipped == 1 ? "one lab" : fmt::format("{} labs", skipped));
    return text + "\n";
}

std::string overview(const Grade& grade, const Style& style) {
    std::string text;
    for (const LabGrade& lab : grade.labs)
        text += told_briefly(lab, style);
    return text + whole_kernel(grade, style) + "\n" + points(grade, style);
}

std::string every_report(const Grade& grade, const Style& style) {
    std::string reports, lines;
    for (const LabGrade& lab : grade.labs) {
        reports += text(lab, style) + "\n";
        lines += one_line(lab, style) + "\n";
    }
    const auto done = std::ranges::count(grade.labs, Outcome::passed,
                                         [](const LabGrade& lab) { return lab.verdict.outcome; });
    if (grade.together)
        lines += whole_kernel(grade, style) + "\n";
    return reports + lines +
           style.bold(fmt::format("{} of {} labs done\n", done, grade.labs.size()));
}

}  // namespace report
