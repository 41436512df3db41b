// The format is that of https://gradescope-autograders.readthedocs.io/en/latest/specs/
#include "checker/report/gradescope.h"

#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "checker/report/overview.h"
#include "checker/report/printable.h"
#include "checker/report/text.h"

namespace report {

namespace {

using Json = nlohmann::ordered_json;
using grading::LabGrade;
using judgement::Finding;

Json or_null(const std::optional<std::string>& text) {
    return text ? Json(*text) : Json(nullptr);
}

Json test(const LabGrade& grade, std::size_t index) {
    const lab::Fact& fact = grade.lab.facts[index];
    const Finding& finding = grade.verdict.findings[index];
    const bool holds = finding.answer == Finding::Answer::yes;
    Json result{{"name", fmt::format("Lab {}: {}", grade.lab.number, fact.text)},
                {"name_format", "text"},
                {"number", fmt::format("{}.{}", grade.lab.number, index + 1)},
                {"tags", {grade.lab.directory}},
                {"visibility", "visible"},
                {"output_format", "text"}};
    // Without a score it counts neither way.
    if (!grading::not_judged(grade)) {
        result["score"] = holds ? fact.points : 0;
        result["max_score"] = fact.points;
        result["status"] = holds ? "passed" : "failed";
    }
    if (!holds)
        result["output"] = printable_lines(fmt::format("{}{}{}", finding.detail,
                                                       finding.detail.empty() ? "" : "\n\n",
                                                       text(grade, Style{false})));
    result["extra_data"] = {{"fact", fact.id},
                            {"outcome", judgement::name(grade.verdict.outcome)},
                            {"diagnosis", or_null(grading::diagnosis_of(grade))}};
    return result;
}

}  // namespace

std::string gradescope(const grading::Grade& grade) {
    double seconds = 0;
    Json tests = Json::array();
    for (const LabGrade& lab : grade.labs) {
        for (std::size_t i = 0; i < lab.lab.facts.size(); ++i)
            tests.push_back(test(lab, i));
        for (const grading::Run& run : lab.runs)
            seconds += run.evidence.seconds;
    }
    const grading::Points total = grading::points(grade);
    const Json all{{"score", total.earned},
                   {"execution_time", static_cast<unsigned>(std::ceil(seconds))},
                   {"output", printable_lines(overview(grade, Style{false}))},
                   {"output_format", "text"},
                   {"test_output_format", "text"},
                   {"test_name_format", "text"},
                   {"visibility", "visible"},
                   {"stdout_visibility", "hidden"},
                   {"extra_data", {{"max_score", total.possible}}},
                   {"tests", std::move(tests)}};
    return all.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace report
