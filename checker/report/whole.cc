#include "checker/report/whole.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "checker/report/agreement.h"
#include "checker/report/brief.h"

namespace report {

namespace {

using grading::LabGrade;
using grading::Run;
using grading::Together;
using judgement::Outcome;

std::string in_words(std::size_t number) {
    constexpr auto words = std::to_array<std::string_view>(
        {"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"});
    return number < words.size() ? std::string{words[number]} : fmt::format("{}", number);
}

std::string which(std::size_t labs) {
    return labs == 1 ? std::string{"with its one lab"}
                     : fmt::format("all {} labs together", in_words(labs));
}

std::string_view fate(Outcome outcome) {
    switch (outcome) {
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
std::string fates(const LabGrade& grade) {
    std::vector<Agreeing> groups;
    for (const Run& run : grade.runs) {
        const auto same = std::ranges::find_if(groups, [&](const Agreeing& group) {
            return fate(group.front()->verdict.outcome) == fate(run.verdict.outcome);
        });
        if (same == groups.end())
            groups.push_back({&run});
        else
            same->push_back(&run);
    }
    std::string text;
    for (const Agreeing& group : groups)
        text += fmt::format(
            "{}{} {}{}", text.empty() ? "" : "; ", fate(group.front()->verdict.outcome),
            names(group),
            group.front()->verdict.outcome == Outcome::not_yet ? ", but is not whole" : "");
    return text;
}

std::string cannot_be_built(const std::vector<unsigned>& labs) {
    return fmt::format("not booted, because lab{} {} cannot be built", labs.size() == 1 ? "" : "s",
                       fmt::join(labs, ", "));
}

std::string result(const Together& together) {
    const LabGrade& grade = together.grade;
    if (!together.not_built.empty())
        return cannot_be_built(together.not_built);
    if (grade.verdict.outcome == Outcome::build_error)
        return "does not build, though each lab does";
    return grade.runs.empty() ? "could not be judged" : fates(grade);
}

}  // namespace

std::vector<std::string> whole(const Together& together, std::size_t labs) {
    std::vector<std::string> lines{
        fmt::format("Your own kernel, {}: {}", which(labs), result(together))};
    if (!together.not_built.empty())
        return lines;
    for (std::string& line : brief(together.grade))
        lines.push_back(std::move(line));
    return lines;
}

}  // namespace report
