#include "checker/report/junit.h"

#include <fmt/format.h>
#include <pugixml.hpp>
#include <sstream>

#include "checker/evidence/questions.h"
#include "checker/report/layout.h"
#include "checker/report/story.h"
#include "checker/report/text.h"

namespace report {

namespace {

using grading::LabGrade;
using grading::Run;
using judgement::Finding;
using judgement::Outcome;
using pugi::xml_node;

struct Counts {
    unsigned tests = 0, failures = 0, errors = 0;
    double seconds = 0;

    void add(const Counts& other) {
        tests += other.tests;
        failures += other.failures;
        errors += other.errors;
        seconds += other.seconds;
    }
};

void set(xml_node node, const char* attribute, std::string_view value) {
    node.append_attribute(attribute) = printable(value).c_str();
}

void set_counts(xml_node node, const Counts& counts) {
    node.append_attribute("tests") = counts.tests;
    node.append_attribute("failures") = counts.failures;
    node.append_attribute("errors") = counts.errors;
    node.append_attribute("skipped") = 0;
    set(node, "time", fmt::format("{:.3f}", counts.seconds));
}

// One lab's testsuite while it is written.
class Suite {
  public:
    Suite(xml_node suites, const LabGrade& grade)
        : grade_(grade), suite_(suites.append_child("testsuite")) {
        set(suite_, "name", fmt::format("Lab {}: {}", grade.lab.number, grade.lab.title));
        for (const Run& run : grade.runs)
            counts_.seconds += run.evidence.seconds;
    }

    const Counts& write() {
        for (std::size_t i = 0; i < grade_.lab.facts.size(); ++i)
            fact(grade_.lab.facts[i], grade_.verdict.findings[i]);
        for (const Run& run : grade_.runs)
            if (run.verdict.outcome == Outcome::checker_error && !grading::not_judged(grade_))
                result(
                    test(fmt::format("{} can judge the lab", evidence::name(run.evidence.engine))),
                    "error", run.evidence.engine_error);
        // All facts shown, and yet no pass: a reader who counts failures must not miss it.
        if (counts_.failures + counts_.errors == 0 && grade_.verdict.outcome != Outcome::passed)
            result(test("the kernel comes to its end"), "failure", "");
        set_counts(suite_, counts_);
        return counts_;
    }

  private:
    xml_node test(std::string_view test_name) {
        ++counts_.tests;
        xml_node node = suite_.append_child("testcase");
        set(node, "classname", fmt::format("sipi.{}", grade_.lab.directory));
        set(node, "name", test_name);
        return node;
    }

    void fact(const lab::Fact& fact, const Finding& finding) {
        const xml_node node = test(fact.text);
        if (grading::not_judged(grade_) || finding.answer == Finding::Answer::not_told)
            result(node, "error", finding.detail);
        else if (finding.answer == Finding::Answer::no)
            result(node, "failure", finding.detail);
    }

    // `kind` is "failure" or "error".
    void result(xml_node test, const char* kind, const std::string& detail) {
        ++(std::string_view{kind} == "error" ? counts_.errors : counts_.failures);
        xml_node node = test.append_child(kind);
        const std::vector<std::string> lines = brief(grade_);
        set(node, "type", judgement::name(grade_.verdict.outcome));
        set(node, "message", lines.empty() ? detail : lines.front());
        const std::string report =
            fmt::format("{}{}{}", detail, detail.empty() ? "" : "\n\n", text(grade_, Style{false}));
        node.text() = printable_lines(report).c_str();
    }

    const LabGrade& grade_;
    xml_node suite_;
    Counts counts_;
};

}  // namespace

std::string junit(const grading::Grade& grade) {
    pugi::xml_document document;
    xml_node declaration = document.append_child(pugi::node_declaration);
    set(declaration, "version", "1.0");
    set(declaration, "encoding", "UTF-8");
    xml_node suites = document.append_child("testsuites");
    set(suites, "name", "sipi");
    Counts all;
    for (const LabGrade& lab : grade.labs)
        all.add(Suite{suites, lab}.write());
    set_counts(suites, all);
    std::ostringstream stream;
    document.save(stream, "  ", pugi::format_default, pugi::encoding_utf8);
    return stream.str();
}

}  // namespace report
