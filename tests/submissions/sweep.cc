#include "tests/submissions/sweep.h"

#include <cstdio>
#include <fmt/format.h>
#include <vector>

#include "tests/submissions/changes.h"

namespace submissions {

using evidence::Engine;
using grading::LabGrade;

namespace {

const std::filesystem::path list_of_constants = "tests/submissions/constants.txt";

std::vector<Change> chosen(const Sweep& sweep, const Project& project) {
    std::vector<Change> all;
    std::size_t number = 0;
    for (Change& change : changes_of(
             project, parse_constants(list_of_constants.string(), read_file(list_of_constants))))
        if (change.name().find(sweep.text) != std::string::npos && ++number % sweep.step == 0)
            all.push_back(std::move(change));
    return all;
}

// One word for what both engines made of a change.
std::string_view word(const Verdict& qemu, const Verdict& bochs, bool is_harmless) {
    const auto is_nothing = [](const Verdict& verdict) {
        return verdict.diagnosis == "unknown" || verdict.outcome == "checker-error";
    };
    if (is_nothing(qemu) || is_nothing(bochs))
        return "FAILED";
    const bool passes = qemu.outcome == "passed" && bochs.outcome == "passed";
    return passes != is_harmless ? "FAILED" : passes ? "harmless" : "named";
}

}  // namespace

bool judge_changes(const Sweep& sweep, const Options& options, const Project& project) {
    const Harmless harmless{sweep.harmless.string(), read_file(sweep.harmless)};
    const std::vector<Change> changes = chosen(sweep, project);
    std::vector<Submission> all;
    for (const Change& change : changes)
        all.push_back({project.lab(lab_of(change.file)), change.files});
    unsigned failed = 0, listed = 0;
    judge(project, all, options, [&](std::size_t i, const Judged& judged) {
        const LabGrade& grade = judged.grade;
        const Verdict qemu = verdict_of(Engine::qemu, grade);
        const Verdict bochs = verdict_of(Engine::bochs, grade);
        const std::string_view is = judged.contradictions.empty()
                                        ? word(qemu, bochs, harmless.contains(changes[i]))
                                        : "FAILED";
        failed += is == "FAILED";
        listed += is == "harmless";
        fmt::print("{:4} of {}  {:<8} {}: QEMU {} {}, Bochs {} {}\n{}{}", i + 1, all.size(), is,
                   changes[i].name(), qemu.outcome, qemu.diagnosis, bochs.outcome, bochs.diagnosis,
                   as_lines(judged.contradictions), options.report ? report_of(grade) : "");
        std::fflush(stdout);
    });
    fmt::print("\n{} changes: {} named, {} harmless, {} not as they should be\n", all.size(),
               all.size() - failed - listed, listed, failed);
    return failed == 0 && !all.empty();
}

}  // namespace submissions
