#include <chrono>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/resource.h>

#include "checker/classroom/grade_class.h"
#include "checker/evidence/questions.h"
#include "checker/report/json.h"
#include "checker/report/page.h"
#include "checker/report/story.h"
#include "checker/report/text.h"

namespace classroom {

using grading::Grade;
using grading::LabGrade;
using grading::Run;

namespace {

double processor_seconds(int whose) {
    rusage used{};
    getrusage(whose, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

void forget_seconds(LabGrade& lab) {
    for (Run& run : lab.runs)
        run.evidence.seconds = 0;
}

LabResult brief_result(const LabGrade& lab) {
    std::vector<std::string> lines = report::brief(lab);
    if (lab.verdict.outcome == judgement::Outcome::build_error && !lab.build_errors.empty())
        lines = {lab.build_errors.front()};
    if (grading::shows_what_the_starter_does(lab))
        lines.emplace_back("The untouched starter shows the same.");
    return {lab.lab.number,
            lab.verdict.points,
            lab.lab.points,
            std::string{judgement::name(lab.verdict.outcome)},
            grading::diagnosis_of(lab).value_or(""),
            std::move(lines),
            !grading::not_judged(lab)};
}

// What the checker itself failed in, a lab or an engine in one; empty where it did not.
std::string failure_of(const Grade& grade) {
    std::vector<const LabGrade*> all;
    for (const LabGrade& lab : grade.labs)
        all.push_back(&lab);
    if (grade.together)
        all.push_back(&grade.together->grade);
    for (const LabGrade* lab : all) {
        const std::string where =
            lab->lab.number == 0 ? "all labs" : fmt::format("lab {}", lab->lab.number);
        if (!lab->checker_error.empty())
            return fmt::format("{}: {}", where, lab->checker_error);
        for (const Run& run : lab->runs)
            if (run.verdict.outcome == judgement::Outcome::checker_error)
                return fmt::format("{}, {}: {}", where, evidence::name(run.evidence.engine),
                                   run.evidence.engine_error);
    }
    return {};
}

std::string text_of(const Grade& grade) {
    const report::Style plain{false};
    std::string text = report::overview(grade, plain);
    for (const LabGrade& lab : grade.labs)
        if (lab.verdict.outcome != judgement::Outcome::passed)
            text += "\n" + report::text(lab, plain);
    return text;
}

}  // namespace

void grade_one(const std::string& student, const Results& results, grading::Request request,
               std::span<const lab::Lab> labs, bool together, const grading::BootFunction& boot) {
    const auto begin = std::chrono::steady_clock::now();
    request.submission = results.inputs(student);
    const auto sources = report::shown_files(request.project, request.submission,
                                             std::vector(labs.begin(), labs.end()));
    grading::Grader grader{std::move(request), boot, {}};
    Grade grade = grader.grade(labs, together);
    Note note{failure_of(grade), Result{}};
    Result& result = *note.result;
    for (LabGrade& lab : grade.labs) {
        forget_seconds(lab);
        result.labs.push_back(brief_result(lab));
    }
    if (grade.together) {
        forget_seconds(grade.together->grade);
        result.whole =
            fmt::format("{}", fmt::join(report::whole(*grade.together, labs.size()), " "));
    }
    const std::filesystem::path folder = results.reports(student);
    write_whole(folder / "report.txt", text_of(grade));
    write_whole(folder / "report.json", report::json(grade));
    write_whole(folder / "page.html", report::page(grade, sources));
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    result.processor_seconds = processor_seconds(RUSAGE_SELF) + processor_seconds(RUSAGE_CHILDREN);
    results.note(student, note);
}

}  // namespace classroom
