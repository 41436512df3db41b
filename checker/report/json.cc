#include "checker/report/json.h"

#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "checker/evidence/questions.h"
#include "checker/judgement/commands.h"
#include "checker/report/layout.h"
#include "checker/report/story.h"
#include "checker/report/text.h"

namespace report {

namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json hex(std::uint64_t value) {
    return fmt::format("{:#x}", value);
}

// A guest's or a compiler's text may hold any byte: what is no UTF-8 is replaced, and what is no
// ASCII is written as \u, so that nobody's terminal obeys it.
std::string written(const Json& all) {
    return all.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

// Keys that only stand where there is something to say.
template <class T>
void add_unless_empty(Json& to, const char* key, const T& value) {
    if (!value.empty())
        to[key] = value;
}

template <class Elements, class ToJson>
Json list(const Elements& elements, ToJson to_json) {
    Json all = Json::array();
    for (const auto& each : elements)
        all.push_back(to_json(each));
    return all;
}

// "smp::init_percpu" is "init_percpu": readers look for the function, whatever its namespace.
std::string unqualified(const std::string& symbol) {
    const auto colon = symbol.rfind("::");
    return colon == std::string::npos ? symbol : symbol.substr(colon + 2);
}

Json of_exception(const evidence::Exception& exception) {
    const evidence::Location& where = exception.where;
    return {{"vector", exception.vector},
            {"error", or_null(exception.error)},
            {"rip", hex(where.address)},
            {"cr2", exception.cr2 ? hex(*exception.cr2) : Json(nullptr)},
            {"symbol", unqualified(where.symbol)},
            {"qualified_symbol", where.symbol},
            {"file", where.file},
            {"line", where.line},
            {"instruction", where.instruction}};
}

// What is the same in every run. Where the other CPUs stand is not: while one dies, they go on for
// the moment that an engine takes to stop them.
Json of_cpu(const evidence::Cpu& cpu) {
    Json result{{"cpu", cpu.cpu},
                {"trace", cpu.trace},
                {"died", cpu.died},
                {"exceptions", list(cpu.exceptions, of_exception)}};
    if (cpu.registers) {
        const x86::ControlState& control = cpu.registers->control;
        result["cr0"] = hex(control.cr0.raw);
        result["cr3"] = hex(control.cr3);
        result["cr4"] = hex(control.cr4.raw);
        result["efer"] = hex(control.efer.raw);
    }
    return result;
}

Json of_command(const observed::SentCommand& sent) {
    return {{"cpu", sent.sender},
            {"kind", judgement::name(sent.command())},
            {"low", hex(sent.low)},
            {"high", hex(sent.high)},
            {"x2apic", sent.x2apic != 0}};
}

Json of_diagnosis(const diagnosis::Diagnosis& found) {
    const Json exhibits = list(found.exhibits, [](const diagnosis::Exhibit& each) {
        return Json{{"label", each.label}, {"lines", each.lines}};
    });
    return {{"cpu", or_null(found.cpu)},          {"cause", found.cause},
            {"consequence", found.consequence},   {"exhibits", exhibits},
            {"meaning", found.meaning},           {"advice", found.advice},
            {"in_general", found.about.headline}, {"handout_of_lab", found.lab},
            {"section", found.about.section}};
}

Json of_run(const Run& run) {
    const evidence::Evidence& evidence = run.evidence;
    Json result{
        {"engine", evidence::id(evidence.engine)},
        {"boot", evidence::id(evidence.way)},
        {"machine", evidence.second_machine ? 2 : 1},
        {"cpus_requested", evidence.cpus_requested},
        {"outcome", judgement::name(run.verdict.outcome)},
        {"diagnosis", run.diagnosis ? Json(run.diagnosis->id) : Json(nullptr)},
        {"documented", run.documented},
        {"seconds",
         evidence.seconds == 0 ? Json(nullptr) : Json(std::round(evidence.seconds * 1000) / 1000)},
        {"cpus", list(evidence.cpus, of_cpu)}};
    if (evidence.sent)
        result["sent_commands"] = {{"count", evidence.sent->count},
                                   {"first", list(evidence.sent->first, of_command)}};
    if (run.diagnosis)
        result["explanation"] = of_diagnosis(*run.diagnosis);
    add_unless_empty(result, "panic", evidence.panic_text);
    add_unless_empty(result, "checker_error", evidence.engine_error);
    return result;
}

Json facts(const LabGrade& grade) {
    Json all = Json::array();
    for (std::size_t i = 0; i < grade.lab.facts.size(); ++i) {
        const lab::Fact& fact = grade.lab.facts[i];
        const Finding& finding = grade.verdict.findings[i];
        const bool holds = finding.holds();
        const bool told = finding.answer != Finding::Answer::not_told;
        all.push_back({{"fact", fact.id},
                       {"text", fact.text},
                       {"holds", told ? Json(holds) : Json(nullptr)},
                       {"points", holds ? fact.points : 0},
                       {"max_points", fact.points},
                       {"detail", finding.detail}});
    }
    return all;
}

Json of_lab(const LabGrade& grade) {
    Json result{{"lab", grade.lab.number},
                {"name", grade.lab.name},
                {"title", grade.lab.title},
                {"points", grade.verdict.points},
                {"max_points", grade.lab.points},
                {"outcome", judgement::name(grade.verdict.outcome)},
                {"diagnosis", or_null(grading::diagnosis_of(grade))},
                {"judged", !grading::not_judged(grade)},
                {"facts", facts(grade)},
                {"runs", list(grade.runs, of_run)}};
    add_unless_empty(result, "build_errors", grade.build_errors);
    add_unless_empty(result, "from_starter", grade.from_starter);
    add_unless_empty(result, "checker_error", grade.checker_error);
    return result;
}

// Null where no one asked: where a single lab was graded.
Json whole_kernel(const grading::Grade& grade) {
    if (!grade.together)
        return nullptr;
    const LabGrade& all = grade.together->grade;
    const bool booted = !all.runs.empty();
    const Json numbers = list(grade.labs, [](const LabGrade& lab) { return lab.lab.number; });
    const bool tried = grade.together->waits_for.empty();
    Json result{{"labs", numbers},
                {"waits_for", grade.together->waits_for},
                {"comes_up", booted ? Json(all.verdict.outcome == Outcome::passed) : Json(nullptr)},
                {"outcome", tried ? Json(judgement::name(all.verdict.outcome)) : Json(nullptr)},
                {"diagnosis", tried ? or_null(grading::diagnosis_of(all)) : Json(nullptr)},
                {"runs", list(all.runs, of_run)}};
    add_unless_empty(result, "build_errors", all.build_errors);
    add_unless_empty(result, "checker_error", all.checker_error);
    return result;
}

// A fact for Gradescope, https://gradescope-autograders.readthedocs.io/en/latest/specs/
Json test(const LabGrade& grade, std::size_t index) {
    const lab::Fact& fact = grade.lab.facts[index];
    const Finding& finding = grade.verdict.findings[index];
    const bool holds = finding.holds();
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

std::string json(const grading::Grade& grade) {
    const grading::Points total = grading::points(grade);
    return written(Json{{"points", total.earned},
                        {"max_points", total.possible},
                        {"labs", list(grade.labs, of_lab)},
                        {"whole", whole_kernel(grade)}});
}

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
    return written(all);
}

}  // namespace report
