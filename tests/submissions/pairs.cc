#include "tests/submissions/pairs.h"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <stdexcept>

#include "checker/evidence/questions.h"
#include "tests/submissions/contradictions.h"
#include "tests/submissions/corpus.h"
#include "tests/submissions/merge.h"

namespace submissions {

namespace fs = std::filesystem;
using evidence::Engine;
using grading::LabGrade;

namespace {

const fs::path list_of_pairs = corpus / "pairs.expected";

constexpr std::string_view head_of_list =
    "# Two mistakes at once, the first of which an AP meets first (tests/submissions/pairs.h): "
    "what "
    "both are called,\n# QEMU's and Bochs's where they differ; and why, where the first alone has "
    "another name.\n";

std::map<Engine, std::string> called_in(const std::string& column) {
    const std::size_t comma = column.find(", ");
    const std::string first = column.substr(0, comma);
    return {{Engine::qemu, first},
            {Engine::bochs, comma == std::string::npos ? first : column.substr(comma + 2)}};
}

std::string in_column(const std::map<Engine, std::string>& called) {
    const std::string& qemu = called.at(Engine::qemu);
    const std::string& bochs = called.at(Engine::bochs);
    return qemu == bochs ? qemu : fmt::format("{}, {}", qemu, bochs);
}

std::map<Engine, std::string> called(const LabGrade& grade) {
    std::map<Engine, std::string> all;
    for (const Engine engine : both_engines)
        all[engine] = verdict_of(engine, grade).diagnosis;
    return all;
}

// The same boots, judged as the kernel with all labs in it is: no lab but its own may be wrong in a
// lab's check.
LabGrade by_all_labs(const LabGrade& grade, const Project& project) {
    const lab::Lab whole = grading::all_together(project.labs);
    std::vector<grading::Run> runs;
    for (const grading::Run& run : grade.runs)
        runs.push_back(grading::assess(whole, run.evidence));
    LabGrade all = grading::assemble(whole, std::move(runs));
    if (grade.runs.empty())
        all.verdict.outcome = grade.verdict.outcome;
    return all;
}

// Both cases, and what they become together.
struct Both {
    Pair* pair;
    Case first, second;
};

// What is not as it should be, a line each.
std::string problems_of(const Both& its, const std::map<Engine, std::string>& found) {
    std::string problems;
    for (const auto& [engine, name] : found) {
        if (its.pair->called.at(engine) != name)
            problems += fmt::format("  expected {} {}\n", evidence::id(engine),
                                    its.pair->called.at(engine));
        if (its.pair->note.empty() && its.first.expected.at(engine).diagnosis != name)
            problems +=
                fmt::format("  {}: the first alone is {}, and no note says why this is not\n",
                            evidence::id(engine), its.first.expected.at(engine).diagnosis);
    }
    return problems;
}

// Without lines that only comment: cases leave them out as they like. The marks stay.
std::string code_of(std::string_view text) {
    std::string code;
    for (std::size_t end = 0; !text.empty(); text.remove_prefix(end)) {
        end = std::min(text.find('\n'), text.size() - 1) + 1;
        const std::string_view line = text.substr(0, end);
        const std::size_t begin = line.find_first_not_of(" \n");
        const bool comments =
            begin == line.npos || line[begin] == ';' || line.substr(begin).starts_with("//");
        if (!comments || line.find("---") != line.npos)
            code += line;
    }
    return code;
}

void write_list(const std::vector<Pair>& pairs) {
    std::string text{head_of_list};
    for (const Pair& pair : pairs)
        text += fmt::format("{} + {} | {} |{}{}\n", pair.first, pair.second, in_column(pair.called),
                            pair.note.empty() ? "" : " ", pair.note);
    write_file(list_of_pairs, text);
}

}  // namespace

std::vector<Pair> parse_pairs(const std::string& path, std::string_view text) {
    std::vector<Pair> pairs;
    for_rows(path, text, 3, [&](const std::vector<std::string>& its) {
        const std::size_t plus = its[0].find(" + ");
        if (plus == std::string::npos)
            throw std::runtime_error(fmt::format("no two cases: {}", its[0]));
        pairs.push_back(
            {its[0].substr(0, plus), its[0].substr(plus + 3), called_in(its[1]), its[2]});
    });
    return pairs;
}

Case case_named(const std::string& name, const Project& project) {
    const fs::path path = corpus / (name + ".case");
    return parse_case(path.string(), read_file(path), project);
}

Files files_of_both(const Case& first, const Case& second, const Project& project) {
    Files both = files_of(first, project);
    for (const auto& [file, text] : files_of(second, project)) {
        const std::string& reference = project.reference.at(file);
        const std::string& changed = both.try_emplace(file, reference).first->second;
        const auto all = merged(code_of(reference), code_of(changed), code_of(text));
        if (!all)
            throw std::runtime_error(fmt::format("{} and {} change the same lines of {}",
                                                 first.name, second.name, file));
        both[file] = *all;
    }
    return both;
}

bool judge_pairs(std::string_view text, const Options& options, const Project& project) {
    std::vector<Pair> pairs = parse_pairs(list_of_pairs.string(), read_file(list_of_pairs));
    std::vector<Both> chosen;
    std::vector<Submission> all;
    for (Pair& pair : pairs) {
        if (fmt::format("{} + {}", pair.first, pair.second).find(text) == std::string::npos)
            continue;
        chosen.push_back(
            {&pair, case_named(pair.first, project), case_named(pair.second, project)});
        const Both& its = chosen.back();
        all.push_back({its.first.lab, files_of_both(its.first, its.second, project)});
    }
    unsigned failed = 0;
    judge(project, all, options, [&](std::size_t i, const Judged& judged) {
        const Both& its = chosen[i];
        const bool across = its.first.lab != its.second.lab;
        const LabGrade grade = across ? by_all_labs(judged.grade, project) : judged.grade;
        const auto found = called(grade);
        const std::string problems =
            problems_of(its, found) +
            as_lines(across ? contradictions(grade) : judged.contradictions);
        failed += !problems.empty();
        if (options.update)
            its.pair->called = found;
        fmt::print("{:<6} {} + {}  {}\n{}{}", problems.empty() ? "ok" : "FAILED", its.pair->first,
                   its.pair->second, in_column(found), problems,
                   options.report || !problems.empty() ? report_of(grade) : "");
        std::fflush(stdout);
    });
    if (options.update)
        write_list(pairs);
    fmt::print("\n{} pairs, {} not as they should be\n", all.size(), failed);
    return failed == 0 && !all.empty();
}

}  // namespace submissions
