#include "checker/report/junit.h"

#include <fmt/format.h>
#include <sstream>

#include "checker/evidence/questions.h"
#include "checker/report/story.h"
#include "checker/report/text.h"

namespace report {

namespace {

double seconds(const LabGrade& grade) {
    double all = 0;
    for (const Run& run : grade.runs)
        all += run.evidence.seconds;
    return all;
}

Element add_test(Element& suite, const LabGrade& grade, std::string_view name) {
    Element test = suite.add("testcase");
    return test.set("classname", fmt::format("sipi.{}", grade.lab.directory)).set("name", name);
}

void add_result(Element test, const LabGrade& grade, const char* kind, const std::string& detail) {
    const std::vector<std::string> lines = brief(grade);
    test.add(kind)
        .set("type", judgement::name(grade.verdict.outcome))
        .set("message", lines.empty() ? detail : lines.front())
        .text(detail + (detail.empty() ? "" : "\n\n") + text(grade, Style{false}));
}

void set_counts_and_time(Element& suites, double seconds) {
    set_counts(suites);
    suites.set("skipped", "0").set("time", fmt::format("{:.3f}", seconds));
}

void add_suite(Element& suites, const LabGrade& grade) {
    Element suite = suites.add("testsuite");
    suite.set("name", fmt::format("Lab {}: {}", grade.lab.number, grade.lab.title));
    for (std::size_t i = 0; i < grade.lab.facts.size(); ++i) {
        const Element test = add_test(suite, grade, grade.lab.facts[i].text);
        const Finding& finding = grade.verdict.findings[i];
        if (grading::not_judged(grade) || finding.answer == Finding::Answer::not_told)
            add_result(test, grade, "error", finding.detail);
        else if (finding.answer == Finding::Answer::no)
            add_result(test, grade, "failure", finding.detail);
    }
    for (const Run& run : grade.runs)
        if (run.verdict.outcome == Outcome::checker_error && !grading::not_judged(grade))
            add_result(
                add_test(suite, grade,
                         fmt::format("{} can judge the lab", evidence::name(run.evidence.engine))),
                grade, "error", run.evidence.engine_error);
    // All facts shown, and yet no pass: a reader who counts failures must not miss it.
    if (suite.count("testcase/*") == 0 && grade.verdict.outcome != Outcome::passed)
        add_result(add_test(suite, grade, "the kernel comes to its end"), grade, "failure", "");
    set_counts_and_time(suite, seconds(grade));
}

}  // namespace

std::string JUnitFile::text() {
    Element{document.prepend_child(pugi::node_declaration)}
        .set("version", "1.0")
        .set("encoding", "UTF-8");
    std::ostringstream stream;
    document.save(stream, "  ", pugi::format_default, pugi::encoding_utf8);
    return stream.str();
}

void set_counts(Element& suites) {
    for (const auto& [attribute, path] :
         {std::pair{"tests", ".//testcase"}, {"failures", ".//failure"}, {"errors", ".//error"}})
        suites.set(attribute, fmt::format("{}", suites.count(path)));
}

std::string junit(const grading::Grade& grade) {
    JUnitFile file;
    double all = 0;
    for (const LabGrade& lab : grade.labs) {
        add_suite(file.suites, lab);
        all += seconds(lab);
    }
    set_counts_and_time(file.suites, all);
    return file.text();
}

}  // namespace report
