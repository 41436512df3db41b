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

void set(xml_node node, const char* attribute, std::string_view value) {
    node.append_attribute(attribute) = printable(value).c_str();
}

// Counts what is below `node` by now.
void set_counts(xml_node node, double seconds) {
    const auto count = [&](const char* path) {
        return static_cast<unsigned>(node.select_nodes(path).size());
    };
    node.append_attribute("tests") = count(".//testcase");
    node.append_attribute("failures") = count(".//failure");
    node.append_attribute("errors") = count(".//error");
    node.append_attribute("skipped") = 0;
    set(node, "time", fmt::format("{:.3f}", seconds));
}

// One lab's testsuite.
class Suite {
  public:
    Suite(xml_node suites, const LabGrade& grade)
        : grade_(grade), suite_(suites.append_child("testsuite")) {
        set(suite_, "name", fmt::format("Lab {}: {}", grade.lab.number, grade.lab.title));
        for (std::size_t i = 0; i < grade.lab.facts.size(); ++i)
            add_fact(grade.lab.facts[i], grade.verdict.findings[i]);
        for (const Run& run : grade.runs)
            if (run.verdict.outcome == Outcome::checker_error && !grading::not_judged(grade))
                add_result(add_test(fmt::format("{} can judge the lab",
                                                evidence::name(run.evidence.engine))),
                           "error", run.evidence.engine_error);
        // All facts shown, and yet no pass: a reader who counts failures must not miss it.
        if (!suite_.select_node("testcase/*") && grade.verdict.outcome != Outcome::passed)
            add_result(add_test("the kernel comes to its end"), "failure", "");
        set_counts(suite_, seconds());
    }

    double seconds() const {
        double all = 0;
        for (const Run& run : grade_.runs)
            all += run.evidence.seconds;
        return all;
    }

  private:
    xml_node add_test(std::string_view name) {
        xml_node node = suite_.append_child("testcase");
        set(node, "classname", fmt::format("sipi.{}", grade_.lab.directory));
        set(node, "name", name);
        return node;
    }

    void add_fact(const lab::Fact& fact, const Finding& finding) {
        const xml_node node = add_test(fact.text);
        if (grading::not_judged(grade_) || finding.answer == Finding::Answer::not_told)
            add_result(node, "error", finding.detail);
        else if (finding.answer == Finding::Answer::no)
            add_result(node, "failure", finding.detail);
    }

    void add_result(xml_node test, const char* kind, const std::string& detail) {
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
};

}  // namespace

std::string junit(const grading::Grade& grade) {
    pugi::xml_document document;
    xml_node declaration = document.append_child(pugi::node_declaration);
    set(declaration, "version", "1.0");
    set(declaration, "encoding", "UTF-8");
    xml_node suites = document.append_child("testsuites");
    set(suites, "name", "sipi");
    double seconds = 0;
    for (const LabGrade& lab : grade.labs)
        seconds += Suite{suites, lab}.seconds();
    set_counts(suites, seconds);
    std::ostringstream stream;
    document.save(stream, "  ", pugi::format_default, pugi::encoding_utf8);
    return stream.str();
}

}  // namespace report
