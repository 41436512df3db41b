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

double seconds(const LabGrade& grade) {
    double all = 0;
    for (const Run& run : grade.runs)
        all += run.evidence.seconds;
    return all;
}

xml_node add_test(xml_node suite, const LabGrade& grade, std::string_view name) {
    xml_node node = suite.append_child("testcase");
    set_attribute(node, "classname", fmt::format("sipi.{}", grade.lab.directory));
    set_attribute(node, "name", name);
    return node;
}

void add_result(xml_node test, const LabGrade& grade, const char* kind, const std::string& detail) {
    xml_node node = test.append_child(kind);
    const std::vector<std::string> lines = brief(grade);
    set_attribute(node, "type", judgement::name(grade.verdict.outcome));
    set_attribute(node, "message", lines.empty() ? detail : lines.front());
    const std::string report =
        fmt::format("{}{}{}", detail, detail.empty() ? "" : "\n\n", text(grade, Style{false}));
    node.text() = printable_lines(report).c_str();
}

void add_suite(xml_node suites, const LabGrade& grade) {
    xml_node suite = suites.append_child("testsuite");
    set_attribute(suite, "name", fmt::format("Lab {}: {}", grade.lab.number, grade.lab.title));
    for (std::size_t i = 0; i < grade.lab.facts.size(); ++i) {
        const xml_node test = add_test(suite, grade, grade.lab.facts[i].text);
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
    if (!suite.select_node("testcase/*") && grade.verdict.outcome != Outcome::passed)
        add_result(add_test(suite, grade, "the kernel comes to its end"), grade, "failure", "");
    set_counts(suite, seconds(grade));
}

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
    double all = 0;
    for (const LabGrade& lab : grade.labs) {
        add_suite(file.suites, lab);
        all += seconds(lab);
    }
    set_counts(file.suites, all);
    return file.text();
}

}  // namespace report
