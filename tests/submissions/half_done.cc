#include "tests/submissions/half_done.h"

#include <cstdio>
#include <fmt/format.h>
#include <stdexcept>

#include "checker/evidence/questions.h"
#include "tests/submissions/corpus.h"

namespace submissions {

namespace fs = std::filesystem;
using evidence::Engine;
using grading::LabGrade;

namespace {

// One line where both engines say the same.
std::string in_lines(const LabGrade& grade) {
    std::vector<std::string> said;
    for (const grading::Run& run : grade.runs)
        said.push_back(fmt::format(
            "{} {}", judgement::name(run.verdict.outcome),
            run.diagnosis ? fmt::format("{}: {}", run.diagnosis->id, run.diagnosis->cause) : ""));
    if (said.size() == 2 && said[0] == said[1])
        return fmt::format("      both   {}\n", said[0]);
    std::string lines;
    for (std::size_t i = 0; i < said.size(); ++i)
        lines +=
            fmt::format("      {:<6} {}\n", evidence::id(grade.runs[i].evidence.engine), said[i]);
    for (const std::string& error : grade.build_errors)
        lines += "      " + error + '\n';
    return lines + grade.checker_error;
}

std::string said_by(Engine engine, const LabGrade& grade) {
    const Verdict verdict = verdict_of(engine, grade);
    return fmt::format("{} {}",
                       verdict.outcome == "checker-error" ? verdict.outcome : verdict.diagnosis,
                       verdict.points);
}

bool is_nothing(std::string_view said) {
    return said.starts_with("unknown ") || said.starts_with("checker-error ");
}

struct Counts {
    unsigned all = 0, unknown = 0, fell = 0, failed = 0, contradictory = 0;
};

void judge_lab(const lab::Lab& lab, Below below, const Options& options, const Project& project,
               Counts& counts) {
    const Prefixes prefixes = prefixes_of(lab, project, below);
    const fs::path file =
        corpus / lab.directory /
        (below == Below::starter ? "above-starter.expected" : "prefixes.expected");
    std::vector<Said> expected, found(prefixes.all.size());
    if (!options.update)
        expected = parse_expected(file.string(), read_file(file), prefixes);
    std::vector<Submission> all;
    for (const Prefix& each : prefixes.all)
        all.push_back({&lab, each.files});
    std::vector<unsigned> points(all.size());
    fmt::print("Lab {}, {} points\n", lab.number, lab.points);
    judge(project, all, options, [&](std::size_t i, const Judged& judged) {
        const Prefix& its = prefixes.all[i];
        const LabGrade& grade = judged.grade;
        found[i] = {said_by(Engine::qemu, grade), said_by(Engine::bochs, grade)};
        points[i] = grade.verdict.points;
        const bool good = expected.empty() || expected[i] == found[i];
        counts.failed += !good;
        counts.contradictory += !judged.contradictions.empty();
        counts.unknown += is_nothing(found[i].qemu) || is_nothing(found[i].bochs);
        fmt::print(
            "{:>4}  {}: {}\n{}{}", points[i], its.name, its.statement, in_lines(grade),
            good ? ""
                 : fmt::format("FAILED: expected {}, {}\n", expected[i].qemu, expected[i].bochs));
        if (!judged.contradictions.empty())
            fmt::print("FAILED:\n{}", as_lines(judged.contradictions));
        if (options.report)
            fmt::print("{}", report_of(grade));
        std::fflush(stdout);
    });
    counts.all += static_cast<unsigned>(all.size());
    for (const std::vector<std::size_t>& walk : prefixes.walks)
        for (std::size_t i = 1; i < walk.size(); ++i)
            if (points[walk[i]] < points[walk[i - 1]]) {
                ++counts.fell;
                fmt::print("FAILED: from {} points to {}: {}: {}\n", points[walk[i - 1]],
                           points[walk[i]], prefixes.all[walk[i]].name,
                           prefixes.all[walk[i]].statement);
            }
    if (options.update)
        write_file(file, expected_text(prefixes, found));
    fmt::print("\n");
}

}  // namespace

std::vector<Said> parse_expected(const std::string& path, std::string_view text,
                                 const Prefixes& prefixes) {
    std::vector<Said> said;
    for_rows(path, text, 3, [&](const std::vector<std::string>& its) {
        if (said.size() == prefixes.all.size())
            throw std::runtime_error("there are not so many prefixes");
        const Prefix& prefix = prefixes.all[said.size()];
        if (its[0] != prefix.name || its[2] != prefix.statement)
            throw std::runtime_error(
                fmt::format("here belongs {} | ... | {}", prefix.name, prefix.statement));
        const std::size_t comma = its[1].find(", ");
        const bool differ = comma != std::string::npos;
        said.push_back({its[1].substr(0, comma), its[1].substr(differ ? comma + 2 : 0)});
    });
    if (said.size() != prefixes.all.size())
        throw std::runtime_error(
            fmt::format("{}: {} is missing", path, prefixes.all[said.size()].name));
    return said;
}

std::string expected_text(const Prefixes& prefixes, const std::vector<Said>& said) {
    std::string text =
        "# What comes of each prefix of the reference: how far each part is written; diagnosis and "
        "points,\n# QEMU's and Bochs's where they differ; and the last statement.\n";
    for (std::size_t i = 0; i < prefixes.all.size(); ++i)
        text += fmt::format("{} | {}{} | {}\n", prefixes.all[i].name, said[i].qemu,
                            said[i].bochs == said[i].qemu ? "" : ", " + said[i].bochs,
                            prefixes.all[i].statement);
    return text;
}

bool judge_half_done(unsigned lab, Below below, const Options& options, const Project& project) {
    if (lab != 0 && !project.lab(std::to_string(lab)))
        throw std::runtime_error(fmt::format("there is no lab {}", lab));
    Counts counts;
    for (const lab::Lab& each : project.labs)
        if (lab == 0 || lab == each.number)
            judge_lab(each, below, options, project, counts);
    fmt::print(
        "{} prefixes: {} unknown, {} not as expected, {} contradict themselves; points fell {} "
        "times\n",
        counts.all, counts.unknown, counts.failed, counts.contradictory, counts.fell);
    return counts.all > 0 && counts.fell == 0 && counts.failed == 0 && counts.unknown == 0 &&
           counts.contradictory == 0;
}

}  // namespace submissions
