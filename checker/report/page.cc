#include "checker/report/page.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "checker/evidence/words.h"
#include "checker/report/markup.h"
#include "checker/report/story.h"

namespace report {

namespace {

constexpr std::string_view nothing = "\u2013";

// What a link to a lab leads to.
std::string anchor(const LabGrade& grade) {
    return fmt::format("lab-{}", grade.lab.number);
}

void add_summary(Element& main, const Grade& grade) {
    const grading::Points total = grading::points(grade);
    Element section = main.add("section", "lab");
    section.add("h2", "", "All labs");
    section.add("p", "result", fmt::format("{} of {} points", total.earned, total.possible));
    Element body = section.table("summary", {"Lab", "Outcome", "Points", "Cause"});
    for (const LabGrade& lab : grade.labs) {
        Element row = body.add("tr");
        row.add("th")
            .set("scope", "row")
            .add("a", "", fmt::format("{} {}", lab.lab.number, lab.lab.title))
            .set("href", "#" + anchor(lab));
        row.add("td").badge(judgement::name(lab.verdict.outcome));
        row.add("td", "number", points_of(lab));
        const std::vector<std::string> lines = brief(lab);
        row.add("td", "", lines.empty() ? "" : shortened(lines.front()));
    }
    if (grade.together)
        for (const std::string& line : whole(*grade.together, grade.labs.size()))
            section.add("p", "note", shortened(line));
}

Element add_cause(Element& parent, std::string_view lead) {
    Element cause = parent.add("div", "cause");
    cause.add("p", "lead", lead);
    return cause;
}

void add_not_judged(Element& parent, std::string_view why) {
    add_cause(parent, "The checker could not judge, which costs no point.")
        .add("pre", "output", why);
}

// The cause in general, as the catalogue has it.
void add_about(Element& cause, const catalogue::Entry& about) {
    if (about.id.empty())
        return;
    Element details = cause.add("details", "about");
    details.add("summary", "", fmt::format("More of {}", about.id));
    details.add("p", "", about.headline + ".");
    Element list = details.add("dl", "advice");
    list.item("Why", about.why);
    list.item("What to do", about.what_to_do);
    list.item("On silicon", about.on_silicon);
    Element read_on = details.add("ul");
    for (const std::string& each : about.read_on)
        read_on.add("li", "", each);
}

void add_diagnosis(Element& story, const LabGrade& grade, const diagnosis::Diagnosis& found) {
    Element cause = add_cause(story, found.cause);
    if (!found.consequence.empty())
        cause.add("p", "", found.consequence);
    cause.add("p", "note").add("code", "", found.id);
    Element list = cause.add("dl", "advice");
    list.item("Why", found.meaning);
    list.item("What to do", found.advice);
    if (found.id != diagnosis::unknown_id)
        list.item("Read on", where_to_read(grade, found));
    add_about(cause, found.about);
}

// "QEMU and Bochs, 4 CPUs"
std::string seen_in(const Agreeing& runs) {
    return fmt::format("{}, {} CPUs", names(runs), runs.front()->evidence.cpus_requested);
}

// The runs of a group tell one story, so only the first stands open.
void add_story(Element& lab, const LabGrade& grade, const Agreeing& runs,
               const SourceReader& sources) {
    const Run& first = *runs.front();
    Element story = lab.add("article", "story");
    story.add("p", "note", seen_in(runs));
    if (first.verdict.outcome == Outcome::checker_error)
        return add_not_judged(story, first.evidence.engine_error);
    if (!first.diagnosis) {
        add_cause(story, "Came up whole.");
        return;
    }
    add_diagnosis(story, grade, *first.diagnosis);
    add_run(story, first, sources);
    for (const Run* run : runs) {
        if (run == &first || !run->diagnosis)
            continue;
        Element other = story.add("details", "other");
        other.add("summary", "",
                  fmt::format("The same, as {} shows it", evidence::name(run->evidence.engine)));
        add_run(other, *run, sources);
    }
}

void add_facts(Element& lab, const LabGrade& grade) {
    Element body = lab.part("What finished means").table("facts", {"Fact", "Holds", "Points"});
    for (std::size_t i = 0; i < grade.lab.facts.size(); ++i) {
        const lab::Fact& fact = grade.lab.facts[i];
        const Finding& finding = grade.verdict.findings[i];
        const bool holds = finding.holds();
        const bool told = finding.answer != Finding::Answer::not_told;
        Element row = body.row(fact.text);
        Element answer = row.add("td", holds ? "yes" : "no",
                                 holds ? "\u2713 yes" : (told ? "\u2715 no" : "? not told"));
        if (!holds && !finding.detail.empty())
            answer.add("p", "note", shortened(finding.detail));
        row.add("td", "number", fmt::format("{} of {}", holds ? fact.points : 0, fact.points));
    }
}

std::string how_it_ended(evidence::End end) {
    // In the order of evidence::End.
    constexpr std::array words{
        "switched off", "the kernel stopped itself", "triple fault",          "reset",
        "out of time",  "too much output",           "the engine was broken", "the engine failed"};
    static_assert(words.size() == static_cast<std::size_t>(evidence::End::engine_failed) + 1);
    return words.at(static_cast<std::size_t>(end));
}

// What a run says in each row of the table in which the engines stand side by side; empty where it
// has nothing to say.
struct SideBySide {
    std::string_view name;
    std::string value;
    bool compared = true;
};

std::vector<SideBySide> rows_of(const Run& run) {
    const evidence::Cpu* cpu = told_about(run);
    const evidence::Exception* first = cpu ? evidence::oldest_exception(*cpu) : nullptr;
    std::string letters;
    if (cpu && cpu->cpu != 0)
        letters =
            fmt::format("CPU {}: {}", cpu->cpu, cpu->trace.empty() ? "no letter" : cpu->trace);
    return {
        {"Outcome", std::string{judgement::name(run.verdict.outcome)}},
        {"Cause", run.diagnosis ? run.diagnosis->id : ""},
        {"The run's end", how_it_ended(run.evidence.end)},
        {"Where", where(run)},
        {"Exceptions", first ? evidence::describe_chain(*cpu, run.evidence.end) : ""},
        {"First error code",
         first && first->error ? fmt::format("{:#04x}", *first->error) : std::string{}},
        {"Address", first && first->cr2 ? fmt::format("{:#018x}", *first->cr2) : std::string{}},
        {"Letters", letters},
        {"Time", run.evidence.seconds == 0 ? "" : fmt::format("{:.2f} s", run.evidence.seconds),
         false},
    };
}

// Differences are marked.
void add_engines(Element& parent, const LabGrade& grade) {
    if (grade.runs.size() < 2)
        return;
    Element section = parent.part("What the engines say");
    for (const Agreeing& group : agreements(grade))
        for (const std::string& remark : remarks(grade.lab, group))
            section.add("p", "", remark);
    std::vector<std::string> columns{"Seen"};
    std::vector<std::vector<SideBySide>> all;
    for (const Run& run : grade.runs) {
        columns.emplace_back(evidence::name(run.evidence.engine));
        all.push_back(rows_of(run));
    }
    columns.emplace_back("");
    Element body = section.table("engines", columns);
    for (std::size_t i = 0; i < all.front().size(); ++i) {
        const SideBySide& first = all.front()[i];
        const auto is_as_first = [&](const auto& rows) { return rows[i].value == first.value; };
        const bool differs = first.compared && !std::ranges::all_of(all, is_as_first);
        if (!differs && first.value.empty())
            continue;
        Element line = body.row(first.name, differs ? "differs" : "");
        for (const std::vector<SideBySide>& rows : all)
            line.add("td", "", rows[i].value.empty() ? nothing : shortened(rows[i].value));
        line.add("td", "mark", differs ? "\u2260" : "");
    }
}

// How it came out, the cause first, then what each run shows, then its facts. A lab that passed has
// its facts only.
void add_lab(Element& parent, const LabGrade& grade, const SourceReader& sources) {
    Element lab = parent.add("section", "lab");
    lab.set("id", anchor(grade));
    lab.add("h2", "", fmt::format("Lab {}: {}", grade.lab.number, grade.lab.title));
    Element line = lab.add("p", "result");
    line.badge(judgement::name(grade.verdict.outcome));
    line.text(fmt::format(" {}{}", points_of(grade), grading::not_judged(grade) ? "" : " points"));
    const bool passed = grade.verdict.outcome == Outcome::passed;
    if (passed && !grade.runs.empty())
        line.text(fmt::format(", seen in {}", seen_in(agreements(grade).front())));
    if (const std::string note = not_submitted(grade); !note.empty())
        lab.add("p", "note", note);
    if (!grade.checker_error.empty())
        return add_not_judged(lab, grade.checker_error);
    if (grade.verdict.outcome == Outcome::build_error) {
        add_cause(lab, "It does not build.")
            .add("pre", "output", fmt::format("{}", fmt::join(grade.build_errors, "\n")));
        return;
    }
    if (grading::shows_what_the_starter_does(grade))
        lab.add("p", "note", "The untouched starter shows the same.");
    if (!passed) {
        for (const Agreeing& group : agreements(grade))
            add_story(lab, grade, group, sources);
        add_engines(lab, grade);
    }
    add_facts(lab, grade);
}

}  // namespace

std::string page(const Grade& grade, const SourceReader& sources) {
    const std::string title = grade.labs.size() == 1
                                  ? fmt::format("Lab {}", grade.labs.front().lab.number)
                                  : fmt::format("{} labs", grade.labs.size());
    pugi::xml_document document;
    Element body = Element{document}.add("body");
    body.add("header").add("h1", "brand", fmt::format("Sipi: {}", title));
    Element main = body.add("main");
    if (grade.labs.size() != 1)
        add_summary(main, grade);
    for (const LabGrade& lab : grade.labs)
        add_lab(main, lab, sources);
    return framed(document, title);
}

}  // namespace report
