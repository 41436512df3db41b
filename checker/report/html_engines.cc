#include "checker/report/html_engines.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "checker/diagnosis/exhibits.h"
#include "checker/evidence/questions.h"
#include "checker/report/agreement.h"
#include "checker/report/brief.h"
#include "x86/exception.h"

namespace report {

namespace {

using grading::Run;

constexpr std::string_view nothing = "\u2013";

std::string how_it_ended(evidence::End end) {
    using evidence::End;
    switch (end) {
        case End::powered_off:
            return "switched off";
        case End::panicked:
            return "the kernel stopped itself";
        case End::triple_fault:
            return "triple fault";
        case End::reset:
            return "reset";
        case End::timed_out:
            return "out of time";
        case End::flooded:
            return "too much output";
        case End::engine_failed:
            return "the engine failed";
    }
    return "?";
}

// Of a run: what the row is about, or that there is nothing.
using Tell = std::string (*)(const Run&);

const evidence::Exception* oldest_shown(const Run& run) {
    const evidence::Cpu* cpu = told_about(run);
    return cpu ? evidence::oldest_exception(*cpu) : nullptr;
}

std::string chain(const Run& run) {
    const evidence::Cpu* cpu = told_about(run);
    return cpu && oldest_shown(run) ? diagnosis::describe_chain(*cpu, run.evidence.end)
                                    : std::string{nothing};
}

std::string error(const Run& run) {
    const evidence::Exception* first = oldest_shown(run);
    return first && first->error ? fmt::format("{:#04x}", *first->error) : std::string{nothing};
}

std::string address(const Run& run) {
    const evidence::Exception* first = oldest_shown(run);
    return first && first->cr2 ? fmt::format("{:#018x}", *first->cr2) : std::string{nothing};
}

std::string place(const Run& run) {
    const std::string text = where(run);
    return text.empty() ? std::string{nothing} : text;
}

std::string trace(const Run& run) {
    const evidence::Cpu* cpu = told_about(run);
    if (!cpu || cpu->cpu == 0)
        return std::string{nothing};
    return fmt::format("CPU {}: {}", cpu->cpu, cpu->trace.empty() ? "no letter" : cpu->trace);
}

struct SideBySide {
    std::string_view name;
    Tell tell;
    bool compared = true;
};

constexpr auto side_by_side = std::to_array<SideBySide>({
    {"Outcome", [](const Run& run) { return std::string{judgement::name(run.verdict.outcome)}; }},
    {"Cause",
     [](const Run& run) { return run.diagnosis ? run.diagnosis->id : std::string{nothing}; }},
    {"The run's end", [](const Run& run) { return how_it_ended(run.evidence.end); }},
    {"Where", place},
    {"Exceptions", chain},
    {"First error code", error},
    {"Address", address},
    {"Letters", trace},
    {"Time", [](const Run& run) { return fmt::format("{:.2f} s", run.evidence.seconds); }, false},
});

void add_row(Element& body, const SideBySide& row, const std::vector<Run>& runs) {
    std::vector<std::string> values;
    for (const Run& run : runs)
        values.push_back(row.tell(run));
    if (std::ranges::all_of(values, [](const std::string& each) { return each == nothing; }))
        return;
    const bool differs = row.compared && std::ranges::any_of(values, [&](const std::string& each) {
                             return each != values.front();
                         });
    Element line = body.add("tr", differs ? "differs" : "");
    line.add("th", "", row.name).set("scope", "row");
    for (const std::string& value : values)
        line.add("td", "", shortened(value));
    line.add("td", "mark", differs ? "\u2260" : "");
}

}  // namespace

void add_engines(Element& parent, const grading::LabGrade& grade) {
    if (grade.runs.size() < 2)
        return;
    Element section = parent.add("section", "part");
    section.add("h3", "", "What the engines say");
    for (const Agreeing& group : agreements(grade))
        for (const std::string& remark : remarks(grade.lab, group))
            section.add("p", "", remark);
    Element table = section.add("div", "scroll").add("table", "engines");
    Element head = table.add("thead").add("tr");
    head.add("th", "", "Seen").set("scope", "col");
    for (const Run& run : grade.runs)
        head.add("th", "", name(run.evidence.engine)).set("scope", "col");
    head.add("th", "", "").set("scope", "col").set("aria-label", "differs");
    Element body = table.add("tbody");
    for (const SideBySide& row : side_by_side)
        add_row(body, row, grade.runs);
}

}  // namespace report
