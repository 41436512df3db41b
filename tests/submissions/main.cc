// submissions [CASE or FOLDER]...: grades the cases, several at a time, and holds what comes of
// each to its head; without a name all of tests/submissions/. With --prefixes, what stands between
// a starter and its reference.
//
// Ends with 0 if all is as expected, 1 if not, 2 for what it cannot read.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <fmt/format.h>
#include <fstream>

#include "checker/report/json.h"
#include "checker/report/text.h"
#include "tests/submissions/case.h"
#include "tests/submissions/judge.h"
#include "tests/submissions/page.h"
#include "tests/submissions/prefixes.h"

namespace submissions {

namespace {

namespace fs = std::filesystem;
using evidence::Engine;
using grading::LabGrade;

const fs::path corpus = "tests/submissions";

struct Options {
    std::vector<fs::path> places{corpus};
    evidence::Way way = evidence::Way::rom;
    bool report = false;
    bool update = false;
    unsigned lab = 0;  // whose prefixes; 0: of all
};

std::string report_of(const LabGrade& grade) {
    return report::text(grade, report::Style{false});
}

void write_file(const fs::path& file, const std::string& text) {
    fs::create_directories(file.parent_path());
    if (!(std::ofstream(file, std::ios::binary) << text).flush())
        throw std::runtime_error(fmt::format("cannot write {}", file.string()));
}

Verdicts verdicts_of(const Case& its, const LabGrade& grade) {
    Verdicts found;
    for (const auto& [engine, verdict] : its.expected)
        found[engine] = verdict_of(engine, grade);
    return found;
}

std::vector<Case> read_cases(const Options& options, const Project& project) {
    std::vector<Case> cases;
    for (const fs::path& path : find_cases(options.places)) {
        cases.push_back(parse_case(path.string(), read_file(path), project, options.update));
        if (options.update && cases.back().kind == Kind::wrong)
            for (const Engine engine : {Engine::qemu, Engine::bochs})
                cases.back().expected.try_emplace(engine);
    }
    return cases;
}

// What is not as it should be, a line each.
std::string problems_of(const Case& its, const Verdicts& found, const LabGrade& grade) {
    std::string problems;
    for (const auto& [engine, verdict] : its.expected)
        if (found.at(engine) != verdict)
            problems += fmt::format("  expected {} {}\n", name(engine), in_words(verdict));
    if (report::json({.labs = {grade}}).find("root:") != std::string::npos)
        problems += "  a file of the host shows in the report\n";
    return problems;
}

// Writes what came of a case into its head, and says whether that can be.
bool update(const Case& its, const Verdicts& found, const LabGrade& grade) {
    if (its.kind == Kind::right || !grade.checker_error.empty())
        return its.expected == found;
    write_file(its.path, with_verdicts(read_file(its.path), found));
    return true;
}

bool judge_cases(const Options& options, const Project& project) {
    const std::vector<Case> cases = read_cases(options, project);
    std::vector<Submission> all;
    for (const Case& each : cases) {
        all.push_back({each.lab, files_of(each, project), {}});
        for (const auto& [engine, verdict] : each.expected)
            all.back().engines.push_back(engine);
    }
    Scores scores;
    unsigned failed = 0;
    judge(project, all, options.way, [&](std::size_t i, const LabGrade& grade) {
        const Case& its = cases[i];
        const Verdicts found = verdicts_of(its, grade);
        const std::string problems = problems_of(its, found, grade);
        const bool good = options.update ? update(its, found, grade) : problems.empty();
        failed += !good;
        scores.add(its, found, good);
        fmt::print("{:<6} {}", good ? "ok" : "FAILED", its.path);
        for (const auto& [engine, verdict] : found)
            fmt::print("  {} {}", name(engine), in_words(verdict));
        fmt::print("\n{}{}", options.update ? "" : problems,
                   options.report || !good ? report_of(grade) : "");
        std::fflush(stdout);
    });
    fmt::print("\n{}{} cases, {} not as expected\n", scores.table(), cases.size(), failed);
    return failed == 0;
}

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
        lines += fmt::format("      {:<6} {}\n", name(grade.runs[i].evidence.engine), said[i]);
    for (const std::string& error : grade.build_errors)
        lines += "      " + error + '\n';
    return lines + grade.checker_error;
}

struct Counts {
    unsigned all = 0, unknown = 0, fell = 0, failed = 0;
};

bool judge_prefixes(const Options& options, const lab::Lab& lab, const Project& project,
                    Counts& counts) {
    const Prefixes prefixes = prefixes_of(lab, project);
    const fs::path file = corpus / lab.directory / "prefixes.expected";
    std::vector<Ids> expected, found(prefixes.all.size());
    if (!options.update && fs::exists(file))
        expected = parse_expected(file.string(), read_file(file), prefixes);
    std::vector<Submission> all;
    for (const Prefix& each : prefixes.all)
        all.push_back({&lab, each.files});
    std::vector<unsigned> points(all.size());
    fmt::print("Lab {}, {} points\n", lab.number, lab.points);
    judge(project, all, options.way, [&](std::size_t i, const LabGrade& grade) {
        const Prefix& its = prefixes.all[i];
        found[i] = {verdict_of(Engine::qemu, grade).diagnosis,
                    verdict_of(Engine::bochs, grade).diagnosis};
        points[i] = grade.verdict.points;
        const bool good = expected.empty() || expected[i] == found[i];
        counts.failed += !good;
        counts.unknown += found[i].qemu == "unknown" || found[i].bochs == "unknown";
        fmt::print(
            "{:>4}  {}: {}\n{}{}", points[i], its.name, its.statement, in_lines(grade),
            good ? ""
                 : fmt::format("FAILED: expected {} {}\n", expected[i].qemu, expected[i].bochs));
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
    return true;
}

bool judge_prefixes(const Options& options, const Project& project) {
    Counts counts;
    for (const lab::Lab& lab : project.labs)
        if (options.lab == 0 || options.lab == lab.number)
            judge_prefixes(options, lab, project, counts);
    fmt::print("{} prefixes: {} unknown, {} not as expected; points fell {} times\n", counts.all,
               counts.unknown, counts.failed, counts.fell);
    return counts.fell == 0 && counts.failed == 0;
}

void unpack(const Options& options, const Project& project, const fs::path& folder) {
    for (const Case& each : read_cases(options, project))
        for (const auto& [file, text] : files_of(each, project))
            write_file(folder / file, text);
}

int run(int argc, char** argv) {
    CLI::App app{
        "Grades the submissions of the corpus, and half-done work, and says whether what "
        "comes of them is as it should be."};
    Options options;
    fs::path unpacked;
    bool wants_page = false;
    app.add_option("place", options.places, "cases, or folders with cases");
    app.add_flag("--report", options.report, "show the whole report of each");
    app.add_flag("--update", options.update, "write what comes of them down as expected");
    app.add_option("--way", options.way, "how they are booted: rom, elf, iso")
        ->transform(
            CLI::Transformer(std::map<std::string, evidence::Way>{{"rom", evidence::Way::rom},
                                                                  {"elf", evidence::Way::elf},
                                                                  {"iso", evidence::Way::iso}}));
    app.add_flag("--page", wants_page, "print docs/mutants.md");
    CLI::Option* unpack_option =
        app.add_option("--unpack", unpacked, "write a case's files to this folder");
    CLI::Option* prefixes_option =
        app.add_option("--prefixes", options.lab,
                       "judge each prefix of the reference of a lab, or of every lab")
            ->expected(0, 1);
    CLI11_PARSE(app, argc, argv);

    const Project project = read_project(fs::current_path());
    bool good = true;
    if (wants_page)
        fmt::print("{}", page(read_cases(options, project)));
    else if (*unpack_option)
        unpack(options, project, unpacked);
    else if (*prefixes_option)
        good = judge_prefixes(options, project);
    else
        good = judge_cases(options, project);
    return good ? 0 : 1;
}

}  // namespace

}  // namespace submissions

int main(int argc, char** argv) try {
    return submissions::run(argc, argv);
} catch (const std::exception& error) {
    fmt::print(stderr, "submissions: {}\n", error.what());
    return 2;
}
