// Grades made by hand, for tests of what is said of them.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "checker/grading/grade.h"
#include "checker/report/layout.h"
#include "tests/unit/checker/judgement/synthetic.h"

namespace graded {

inline const report::Style plain{false};

inline grading::LabGrade by(std::initializer_list<evidence::Evidence> runs) {
    std::vector<grading::Run> assessed;
    for (const evidence::Evidence& evidence : runs)
        assessed.push_back(grading::assess(synthetic::lab_5(), evidence));
    return grading::assemble(synthetic::lab_5(), std::move(assessed));
}

inline grading::LabGrade passed() {
    return by({synthetic::passing(), synthetic::passing(evidence::Engine::bochs)});
}

/// What the starter shows, in both engines.
inline grading::LabGrade untouched() {
    return by(
        {synthetic::documented_fault(), synthetic::documented_fault(evidence::Engine::bochs)});
}

/// Bochs could not be started.
inline evidence::Evidence without_engine() {
    evidence::Evidence evidence = synthetic::passing(evidence::Engine::bochs);
    evidence.end = evidence::End::engine_failed;
    evidence.engine_error = "bochs is not installed.";
    evidence.cpus.clear();
    return evidence;
}

inline grading::LabGrade does_not_build(std::string error) {
    grading::LabGrade broken = grading::assemble(synthetic::lab_5(), {});
    broken.verdict.outcome = judgement::Outcome::build_error;
    for (judgement::Finding& finding : broken.verdict.findings)
        finding = {judgement::Finding::Answer::no, "it does not build"};
    broken.build_errors = {std::move(error)};
    return broken;
}

/// Text that does harm wherever it is believed: it ends elements and strings, moves cursors, turns
/// directions, and is no UTF-8.
inline const std::string wicked =
    "]]></failure><!-- \"'&\x1b[2J\x07\x9b\xc2\x9b\xe2\x80\xae\xed\xa0\x80\xff\xf0\x9f";

/// As wicked as a submission can be: wherever its own text reaches, it stands.
inline grading::LabGrade hostile() {
    evidence::Evidence evidence = synthetic::documented_fault();
    for (evidence::Exception& each : evidence.cpus[1].exceptions) {
        each.where.symbol = wicked;
        each.where.file = wicked;
        each.where.instruction = wicked;
    }
    evidence.panic_text = wicked;
    evidence.serial = wicked;
    grading::LabGrade grade = by({evidence});
    grade.runs[0].diagnosis->cause = wicked;
    grade.runs[0].diagnosis->advice = wicked;
    for (judgement::Finding& finding : grade.verdict.findings)
        finding.detail = wicked;
    return grade;
}

inline bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

/// No byte that a terminal obeys, but for line ends.
inline bool is_harmless(std::string_view text) {
    for (const char c : text)
        if ((static_cast<unsigned char>(c) < ' ' && c != '\n') || c == '\x7f')
            return false;
    return !contains(text, "\xc2\x9b") && !contains(text, "\xe2\x80\xae");
}

}  // namespace graded
