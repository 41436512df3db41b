#include "checker/report/json.h"

#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "checker/evidence/questions.h"
#include "checker/judgement/commands.h"

namespace report {

namespace {

using Json = nlohmann::ordered_json;
using grading::LabGrade;
using grading::Run;

template <class T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json hex(std::uint64_t value) {
    return fmt::format("{:#x}", value);
}

// "smp::init_percpu" is "init_percpu": readers look for the function, whatever its namespace.
std::string unqualified(const std::string& symbol) {
    const auto colon = symbol.rfind("::");
    return colon == std::string::npos ? symbol : symbol.substr(colon + 2);
}

Json json(const evidence::Exception& exception) {
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
Json json(const evidence::Cpu& cpu) {
    Json exceptions = Json::array();
    for (const evidence::Exception& each : cpu.exceptions)
        exceptions.push_back(json(each));
    Json result{{"cpu", cpu.cpu},
                {"trace", cpu.trace},
                {"died", cpu.died},
                {"exceptions", std::move(exceptions)}};
    if (cpu.registers) {
        const x86::ControlState& control = cpu.registers->control;
        result["cr0"] = hex(control.cr0.raw);
        result["cr3"] = hex(control.cr3);
        result["cr4"] = hex(control.cr4.raw);
        result["efer"] = hex(control.efer.raw);
    }
    return result;
}

Json json(const observed::SentCommand& sent) {
    return {{"cpu", sent.sender},
            {"kind", judgement::name(sent.command())},
            {"low", hex(sent.low)},
            {"high", hex(sent.high)},
            {"x2apic", sent.x2apic != 0}};
}

Json json(const evidence::Sent& sent) {
    Json commands = Json::array();
    for (const observed::SentCommand& each : sent.first)
        commands.push_back(json(each));
    return {{"count", sent.count}, {"first", std::move(commands)}};
}

Json json(const diagnosis::Diagnosis& found) {
    Json exhibits = Json::array();
    for (const diagnosis::Exhibit& each : found.exhibits)
        exhibits.push_back({{"label", each.label}, {"lines", each.lines}});
    return {{"cpu", or_null(found.cpu)},   {"cause", found.cause},
            {"exhibits", exhibits},        {"meaning", found.meaning},
            {"advice", found.advice},      {"in_general", found.about.headline},
            {"handout_of_lab", found.lab}, {"section", found.about.section}};
}

const char* way_name(evidence::Way way) {
    switch (way) {
        case evidence::Way::rom:
            return "rom";
        case evidence::Way::elf:
            return "elf";
        case evidence::Way::iso:
            break;
    }
    return "iso";
}

Json json(const Run& run) {
    const evidence::Evidence& evidence = run.evidence;
    Json cpus = Json::array();
    for (const evidence::Cpu& cpu : evidence.cpus)
        cpus.push_back(json(cpu));
    Json result{{"engine", evidence::id(evidence.engine)},
                {"boot", way_name(evidence.way)},
                {"cpus_requested", evidence.cpus_requested},
                {"outcome", judgement::name(run.verdict.outcome)},
                {"diagnosis", run.diagnosis ? Json(run.diagnosis->id) : Json(nullptr)},
                {"documented", run.documented},
                {"seconds", std::round(evidence.seconds * 1000) / 1000},
                {"cpus", std::move(cpus)}};
    if (evidence.sent)
        result["sent_commands"] = json(*evidence.sent);
    if (run.diagnosis)
        result["explanation"] = json(*run.diagnosis);
    if (!evidence.panic_text.empty())
        result["panic"] = evidence.panic_text;
    if (!evidence.engine_error.empty())
        result["checker_error"] = evidence.engine_error;
    return result;
}

Json facts(const LabGrade& grade) {
    Json all = Json::array();
    for (std::size_t i = 0; i < grade.lab.facts.size(); ++i) {
        const lab::Fact& fact = grade.lab.facts[i];
        const judgement::Finding& finding = grade.verdict.findings[i];
        using judgement::Finding;
        const bool holds = finding.answer == Finding::Answer::yes;
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

Json json(const LabGrade& grade) {
    Json runs = Json::array();
    for (const Run& run : grade.runs)
        runs.push_back(json(run));
    Json result{{"lab", grade.lab.number},
                {"name", grade.lab.name},
                {"title", grade.lab.title},
                {"points", grade.verdict.points},
                {"max_points", grade.lab.points},
                {"outcome", judgement::name(grade.verdict.outcome)},
                {"diagnosis", or_null(grading::diagnosis_of(grade))},
                {"judged", !grading::not_judged(grade)},
                {"facts", facts(grade)},
                {"runs", std::move(runs)}};
    if (!grade.build_errors.empty())
        result["build_errors"] = grade.build_errors;
    if (!grade.from_starter.empty())
        result["from_starter"] = grade.from_starter;
    if (!grade.checker_error.empty())
        result["checker_error"] = grade.checker_error;
    return result;
}

// Null where no one asked: where a single lab was graded.
Json whole_kernel(const grading::Grade& grade) {
    if (!grade.together)
        return nullptr;
    const LabGrade& all = grade.together->grade;
    const bool booted = !all.runs.empty();
    Json runs = Json::array();
    for (const Run& run : all.runs)
        runs.push_back(json(run));
    Json numbers = Json::array();
    for (const LabGrade& lab : grade.labs)
        numbers.push_back(lab.lab.number);
    const bool tried = grade.together->not_built.empty();
    Json result{{"labs", std::move(numbers)},
                {"not_built", grade.together->not_built},
                {"comes_up",
                 booted ? Json(all.verdict.outcome == judgement::Outcome::passed) : Json(nullptr)},
                {"outcome", tried ? Json(judgement::name(all.verdict.outcome)) : Json(nullptr)},
                {"diagnosis", tried ? or_null(grading::diagnosis_of(all)) : Json(nullptr)},
                {"runs", std::move(runs)}};
    if (!all.build_errors.empty())
        result["build_errors"] = all.build_errors;
    if (!all.checker_error.empty())
        result["checker_error"] = all.checker_error;
    return result;
}

}  // namespace

std::string json(const grading::Grade& grade) {
    const grading::Points total = grading::points(grade);
    Json labs = Json::array();
    for (const LabGrade& lab : grade.labs)
        labs.push_back(json(lab));
    const Json all{{"points", total.earned},
                   {"max_points", total.possible},
                   {"labs", std::move(labs)},
                   {"whole", whole_kernel(grade)}};
    // A guest's or a compiler's text may hold any byte: what is no UTF-8 is replaced, and what is
    // no ASCII is written as \u, so that nobody's terminal obeys it.
    return all.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace report
