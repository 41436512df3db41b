#include "checker/report/overview.h"

#include <algorithm>
#include <fmt/format.h>

#include "checker/report/brief.h"
#include "checker/report/text.h"
#include "checker/report/whole.h"

namespace report {

namespace {

using grading::Grade;
using grading::LabGrade;
using judgement::Outcome;

constexpr std::size_t indentation = 7;  // below the title, beside "Lab 5"

std::string indented(const std::string& line) {
    std::string text;
    for (const std::string& part : wrap(line, line_width - indentation))
        text += fmt::format("{:{}}{}\n", "", indentation, part);
    return text;
}

std::string told_briefly(const LabGrade& lab, const Style& style) {
    std::string text = one_line(lab, style) + "\n";
    for (const std::string& line : brief(lab))
        text += indented(line);
    if (grading::is_untouched(lab))
        text += fmt::format("{:{}}{}\n", "", indentation,
                            style.faint("This is what the untouched starter shows."));
    if (!lab.from_starter.empty())
        text += fmt::format("{:{}}{}\n", "", indentation,
                            style.faint(fmt::format("Not submitted, so the starter's: {}",
                                                    fmt::join(lab.from_starter, ", "))));
    return text;
}

std::string whole_kernel(const Grade& grade, const Style& style) {
    std::string text;
    for (const std::string& line : whole(*grade.together, grade.labs.size()))
        text += text.empty() ? style.bold(line) + "\n" : indented(line);
    return text;
}

}  // namespace

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
    if (grade.together)
        text += "\n" + whole_kernel(grade, style);
    return text + "\n" + points(grade, style);
}

std::string every_report(const Grade& grade, const Style& style) {
    std::string reports;
    std::string lines;
    for (const LabGrade& lab : grade.labs) {
        reports += text(lab, style) + "\n";
        lines += one_line(lab, style) + "\n";
    }
    const auto done = std::ranges::count(grade.labs, Outcome::passed,
                                         [](const LabGrade& lab) { return lab.verdict.outcome; });
    if (grade.together)
        lines += "\n" + whole_kernel(grade, style) + "\n";
    return reports + lines +
           style.bold(fmt::format("{} of {} labs done\n", done, grade.labs.size()));
}

}  // namespace report
