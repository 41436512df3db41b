#include "checker/report/html_lab.h"

#include <algorithm>
#include <fmt/format.h>

#include "checker/report/agreement.h"
#include "checker/report/html_engines.h"
#include "checker/report/html_run.h"
#include "checker/report/text.h"

namespace report {

namespace {

using grading::LabGrade;
using grading::Run;
using judgement::Finding;
using judgement::Outcome;

std::string_view sign(Outcome outcome) {
    switch (outcome) {
        case Outcome::passed:
            return "\u2713";
        case Outcome::checker_error:
            return "?";
        case Outcome::not_yet:
            return "\u2026";
        default:
            return "\u2715";
    }
}

// "QEMU and Bochs, 4 CPUs"
std::string seen_in(const Agreeing& runs) {
    return fmt::format("{}, {} CPUs", names(runs), runs.front()->evidence.cpus_requested);
}

void add_paragraph(Element& list, std::string_view label, const std::string& text) {
    if (text.empty())
        return;
    list.add("dt", "", label);
    list.add("dd", "", text);
}

// The cause in general, as the catalogue has it.
void add_about(Element& cause, const catalogue::Entry& about) {
    if (about.id.empty())
        return;
    Element details = cause.add("details", "about");
    details.add("summary", "", fmt::format("More of {}", about.id));
    details.add("p", "", about.headline + ".");
    Element list = details.add("dl", "advice");
    add_paragraph(list, "Why", about.why);
    add_paragraph(list, "What to do", about.what_to_do);
    add_paragraph(list, "On silicon", about.on_silicon);
    Element read_on = details.add("ul");
    for (const std::string& each : about.read_on)
        read_on.add("li", "", each);
}

void add_cause(Element& story, const LabGrade& grade, const Agreeing& runs) {
    const Run& run = *runs.front();
    Element cause = story.add("div", "cause");
    cause.add("p", "note", seen_in(runs));
    if (run.verdict.outcome == Outcome::checker_error) {
        cause.add("p", "lead", "The checker could not judge, which costs no point.");
        cause.add("pre", "output", run.evidence.engine_error);
        return;
    }
    if (!run.diagnosis) {
        cause.add("p", "lead", "Came up whole.");
        return;
    }
    const diagnosis::Diagnosis& found = *run.diagnosis;
    cause.add("p", "lead", found.cause);
    cause.add("p", "note").add("code", "", found.id);
    Element list = cause.add("dl", "advice");
    add_paragraph(list, "Why", found.meaning);
    add_paragraph(list, "What to do", found.advice);
    if (found.id != diagnosis::unknown_id)
        add_paragraph(list, "Read on", where_to_read(grade, found));
    add_about(cause, found.about);
}

// The runs of a group tell one story, so only the first stands open.
void add_story(Element& lab, const LabGrade& grade, const Agreeing& runs,
               const SourceReader& sources) {
    Element story = lab.add("article", "story");
    add_cause(story, grade, runs);
    for (const Run* run : runs) {
        if (!run->diagnosis)
            continue;
        if (run == runs.front()) {
            add_run(story, *run, sources);
            continue;
        }
        Element other = story.add("details", "other");
        other.add("summary", "",
                  fmt::format("The same, as {} shows it", name(run->evidence.engine)));
        add_run(other, *run, sources);
    }
}

void add_facts(Element& lab, const LabGrade& grade) {
    Element section = lab.add("section", "part");
    section.add("h3", "", "What finished means");
    Element table = section.add("div", "scroll").add("table", "facts");
    Element head = table.add("thead").add("tr");
    for (const char* column : {"Holds", "Fact", "Points"})
        head.add("th", "", column).set("scope", "col");
    Element body = table.add("tbody");
    for (std::size_t i = 0; i < grade.lab.facts.size(); ++i) {
        const lab::Fact& fact = grade.lab.facts[i];
        const Finding& finding = grade.verdict.findings[i];
        const bool holds = finding.answer == Finding::Answer::yes;
        const bool told = finding.answer != Finding::Answer::not_told;
        Element row = body.add("tr");
        row.add("td", holds ? "yes" : "no",
                holds ? "\u2713 yes" : (told ? "\u2715 no" : "? not told"));
        Element text = row.add("td", "", fact.text);
        if (!holds && !finding.detail.empty())
            text.add("p", "note", shortened(finding.detail));
        row.add("td", "number", fmt::format("{} of {}", holds ? fact.points : 0, fact.points));
    }
}

void add_build_errors(Element& lab, const LabGrade& grade) {
    Element cause = lab.add("article", "story").add("div", "cause");
    cause.add("p", "lead", "It does not build.");
    std::string text;
    for (const std::string& line : grade.build_errors)
        text += line + "\n";
    cause.add("pre", "output", text);
}

}  // namespace

void add_badge(Element& parent, Outcome outcome) {
    parent.add("span", fmt::format("badge {}", judgement::name(outcome)),
               fmt::format("{} {}", sign(outcome), judgement::name(outcome)));
}

std::string points_of(const LabGrade& grade) {
    return grading::not_judged(grade)
               ? std::string{"not judged"}
               : fmt::format("{} of {}", grade.verdict.points, grade.lab.points);
}

std::string anchor(const LabGrade& grade) {
    return fmt::format("lab-{}", grade.lab.number);
}

void add_lab(Element& parent, const LabGrade& grade, const SourceReader& sources) {
    Element lab = parent.add("section", "lab");
    lab.set("id", anchor(grade));
    lab.add("h2", "", fmt::format("Lab {}: {}", grade.lab.number, grade.lab.title));
    Element line = lab.add("p", "result");
    add_badge(line, grade.verdict.outcome);
    line.text(grading::not_judged(grade) ? " not judged"
                                         : fmt::format(" {} points", points_of(grade)));
    if (grade.verdict.outcome == Outcome::passed && !grade.runs.empty())
        line.text(fmt::format(", seen in {}", seen_in(agreements(grade).front())));
    if (!grade.from_starter.empty())
        lab.add("p", "note",
                fmt::format("Not submitted, so the starter's: {}",
                            fmt::join(grade.from_starter, ", ")));
    if (!grade.checker_error.empty()) {
        Element cause = lab.add("article", "story").add("div", "cause");
        cause.add("p", "lead", "The checker could not judge, which costs no point.");
        cause.add("pre", "output", grade.checker_error);
        return;
    }
    if (grade.verdict.outcome == Outcome::build_error)
        return add_build_errors(lab, grade);
    if (grading::is_untouched(grade))
        lab.add("p", "note", "This is what the untouched starter shows: the lab is still to do.");
    if (grade.verdict.outcome != Outcome::passed) {
        for (const Agreeing& group : agreements(grade))
            add_story(lab, grade, group, sources);
        add_engines(lab, grade);
    }
    add_facts(lab, grade);
}

}  // namespace report
