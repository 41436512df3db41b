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

void set_counts(xml_node node, double seconds) {
    JUnitFile::set_counts(node);
    node.append_attribute("skipped") = 0;
    set_attribute(node, "time", fmt::format("{:.3f}", seconds));
}

// One lab's testsuite.
class Suite {
  public:
    Suite(xml_node suites, const LabGrade& grade)
        : grade_(grade), suite_(suites.append_child("testsuite")) {
        set_attribute(suite_, "name", fmt::format("Lab {}: {}", grade.lab.number, grade.lab.title));
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
        set_attribute(node, "classname", fmt::format("sipi.{}", grade_.lab.directory));
        set_attribute(node, "name", name);
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
        set_attribute(node, "type", judgement::name(grade_.verdict.outcome));
        set_attribute(node, "message", lines.empty() ? detail : lines.front());
        const std::string report =
            fmt::format("{}{}{}", detail, detail.empty() ? "" : "\n\n", text(grade_, Style{false}));
        node.text() = printable_lines(report).c_str();
    }

    const LabGrade& grade_;
    xml_node suite_;
};

}  // namespace

JUnitFile::JUnitFile() {
    xml_node declaration = document_.append_child(pugi::node_declaration);
    set_attribute(declaration, "version", "1.0");
    set_attribute(declaration, "encoding", "UTF-8");
    suites = document_.append_child("testsuites");
    set_attribute(suites, "name", "sipi");
}

void set_attribute(xml_node node, const char* attribute, std::string_view value) {
    node.append_attribute(attribute) = printable(value).c_str();
}

void JUnitFile::set_counts(xml_node node) {
    const auto count = [&](const char* path) {
        return static_cast<unsigned>(node.select_nodes(path).size());
    };
    node.append_attribute("tests") = count(".//testcase");
    node.append_attribute("failures") = count(".//failure");
    node.append_attribute("errors") = count(".//error");
}

std::string JUnitFile::text() const {
    std::ostringstream stream;
    document_.save(stream, "  ", pugi::format_default, pugi::encoding_utf8);
    return stream.str();
}

std::string junit(const grading::Grade& grade) {
    JUnitFile file;
    double seconds = 0;
    for (const LabGrade& lab : grade.labs)
        seconds += Suite{file.suites, lab}.seconds();
    set_counts(file.suites, seconds);
    return file.text();
}

}  // namespace report
