#include "tests/submissions/corpus.h"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <sstream>
#include <stdexcept>

#include "checker/evidence/questions.h"
#include "checker/report/json.h"
#include "tests/submissions/page.h"

namespace submissions {

namespace fs = std::filesystem;
using evidence::Engine;
using grading::LabGrade;

namespace {

Verdicts verdicts_of(const Case& its, const LabGrade& grade) {
    Verdicts found;
    for (const auto& [engine, verdict] : its.expected)
        found[engine] = verdict_of(engine, grade);
    return found;
}

// What is not as it should be, a line each.
std::string problems_of(const Case& its, const Verdicts& found, const Judged& judged) {
    std::string problems = as_lines(judged.contradictions);
    for (const auto& [engine, verdict] : its.expected)
        if (found.at(engine) != verdict)
            problems += fmt::format("  expected {} {}\n", evidence::id(engine), in_words(verdict));
    const std::string json = report::json({.labs = {judged.grade}});
    for (const char* of_the_host : {"root:", "CANARY_"})
        if (json.find(of_the_host) != std::string::npos)
            problems += "  a file of the host shows in the report\n";
    return problems;
}

// Writes what came of a case into its head, and says whether that can be.
bool update(const Case& its, const Verdicts& found, const LabGrade& grade) {
    const bool is_known = grade.verdict.outcome != judgement::Outcome::checker_error;
    if (its.kind == Kind::right || !is_known)
        return is_known && its.expected == found;
    write_file(its.path, with_verdicts(read_file(its.path), found));
    return true;
}

// The files *.case at and below each place, sorted by name.
std::vector<fs::path> find_cases(const std::vector<fs::path>& places) {
    std::vector<fs::path> cases;
    for (const fs::path& place : places) {
        if (!fs::is_directory(place)) {
            cases.push_back(place);
            continue;
        }
        const std::size_t before = cases.size();
        for (const fs::directory_entry& entry : fs::recursive_directory_iterator(place))
            if (entry.path().extension() == ".case")
                cases.push_back(entry.path());
        if (cases.size() == before)
            throw std::runtime_error(fmt::format("{}: there is no case", place.string()));
    }
    std::ranges::sort(cases, {},
                      [](const fs::path& file) { return fs::path{file}.replace_extension(); });
    return cases;
}

}  // namespace

std::vector<Case> read_cases(const std::vector<fs::path>& places, const Options& options,
                             const Project& project) {
    std::vector<Case> cases;
    for (const fs::path& path : find_cases(places)) {
        cases.push_back(parse_case(path.string(), read_file(path), project, options.update));
        if (options.update && cases.back().kind == Kind::wrong)
            for (const Engine engine : both_engines)
                cases.back().expected.try_emplace(engine);
    }
    return cases;
}

std::string with_verdicts(std::string_view text, const Verdicts& verdicts) {
    std::istringstream lines{std::string{text}};
    std::string all, line;
    bool in_head = true;
    while (std::getline(lines, line)) {
        in_head = in_head && !is_header(line);
        if (in_head && (line.starts_with("qemu:") || line.starts_with("bochs:")))
            continue;
        if (in_head && line.starts_with("kind:")) {
            all += line + '\n';
            line.clear();
            for (const auto& [engine, verdict] : verdicts)
                line += fmt::format("{}{:<6} {}", line.empty() ? "" : "\n",
                                    fmt::format("{}:", evidence::id(engine)), in_words(verdict));
        }
        all += line + '\n';
    }
    return all;
}

bool judge_cases(const std::vector<Case>& cases, const Options& options, const Project& project) {
    std::vector<Submission> all;
    for (const Case& each : cases) {
        all.push_back({each.lab, files_of(each, project), {}});
        for (const auto& [engine, verdict] : each.expected)
            all.back().engines.push_back(engine);
    }
    Scores scores;
    unsigned failed = 0;
    judge(project, all, options, [&](std::size_t i, const Judged& judged) {
        const Case& its = cases[i];
        const LabGrade& grade = judged.grade;
        const Verdicts found = verdicts_of(its, grade);
        const std::string problems = problems_of(its, found, judged);
        const bool good = options.update ? update(its, found, grade) : problems.empty();
        failed += !good;
        scores.add(its, found, good);
        fmt::print("{:<6} {}", good ? "ok" : "FAILED", its.path);
        for (const auto& [engine, verdict] : found)
            fmt::print("  {} {}", evidence::id(engine), in_words(verdict));
        fmt::print("\n{}{}", options.update ? "" : problems,
                   options.report || !good ? report_of(grade) : "");
        std::fflush(stdout);
    });
    fmt::print("\n{}{} cases, {} not as expected\n", scores.table(), cases.size(), failed);
    return failed == 0;
}

}  // namespace submissions
