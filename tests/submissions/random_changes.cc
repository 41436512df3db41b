#include "tests/submissions/random_changes.h"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <random>
#include <sstream>

#include "checker/evidence/questions.h"
#include "checker/judgement/outcome.h"

namespace submissions {

using evidence::Engine;

namespace {

// Numbers below a limit, the same everywhere: what the standard library's distributions make of a
// generator is not said.
class Dice {
  public:
    explicit Dice(unsigned seed) : generator_(seed) {}
    std::size_t below(std::size_t limit) { return generator_() % limit; }

  private:
    std::mt19937 generator_;
};

std::vector<std::string> lines_of(const std::string& code) {
    std::istringstream stream{code};
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line + '\n');
    return lines;
}

bool is_code(const std::string& line) {
    const std::size_t begin = line.find_first_not_of(" \n");
    return begin != line.npos && line[begin] != ';' && line.compare(begin, 2, "//") != 0;
}

std::vector<std::size_t> lines_with_code(const std::vector<std::string>& lines) {
    std::vector<std::size_t> code;
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (is_code(lines[i]))
            code.push_back(i);
    return code;
}

// What was done, in words.
std::string change(std::vector<std::string>& lines, Dice& dice) {
    const std::vector<std::size_t> code = lines_with_code(lines);
    if (code.empty())
        return "nothing is left";
    const std::size_t which = code[dice.below(code.size())], other = code[dice.below(code.size())];
    const auto place = lines.begin() + static_cast<std::ptrdiff_t>(which);
    switch (dice.below(3)) {
        case 0:
            *place = "\n";
            return fmt::format("without {}", which + 1);
        case 1:
            lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(other), *place);
            return fmt::format("{} again at {}", which + 1, other + 1);
        default:
            std::swap(*place, lines[other]);
            return fmt::format("{} for {}", which + 1, other + 1);
    }
}

}  // namespace

RandomChange random_change(unsigned number, const Project& project) {
    Dice dice{number};
    const lab::Lab& lab = project.labs[dice.below(project.labs.size())];
    const std::string& name = lab.seam[dice.below(lab.seam.size())];
    const std::string file = lab.directory + "/" + name;
    const std::string& text = project.reference.at(file);
    const std::vector<Region> all = regions(text);
    const Region& region = all[dice.below(all.size())];
    std::vector<std::string> lines = lines_of(code_in(text, region.name));
    RandomChange random{fmt::format("{} {}:", name, number), &lab, {}};
    for (std::size_t times = 1 + dice.below(3); times > 0; --times)
        random.name += fmt::format(" {}{}", change(lines, dice), times > 1 ? "," : "");
    std::string code;
    for (const std::string& line : lines)
        code += line;
    for (const auto& [each, reference] : project.reference)
        if (lab_of(each) == lab.directory)
            random.files[each] = each == file ? with_code(text, region.name, code) : reference;
    return random;
}

bool judge_random_changes(unsigned first, unsigned count, const Options& options,
                          const Project& project) {
    std::vector<RandomChange> changes;
    std::vector<Submission> all;
    for (unsigned number = first; number < first + count; ++number) {
        changes.push_back(random_change(number, project));
        all.push_back({changes.back().lab, changes.back().files});
    }
    unsigned failed = 0, unknown = 0;
    judge(project, all, options, [&](std::size_t i, const Judged& judged) {
        const bool lost = judged.grade.verdict.outcome == judgement::Outcome::checker_error;
        const bool good = judged.contradictions.empty() && !lost;
        failed += !good;
        fmt::print("{:<6} {}", good ? "ok" : "FAILED", changes[i].name);
        for (const Engine engine : both_engines) {
            const Verdict verdict = verdict_of(engine, judged.grade);
            unknown += verdict.diagnosis == "unknown";
            fmt::print("  {} {}", evidence::id(engine), in_words(verdict));
        }
        fmt::print("\n{}{}", as_lines(judged.contradictions),
                   options.report || !good ? report_of(judged.grade) : "");
        std::fflush(stdout);
    });
    fmt::print("\n{} random changes: {} contradict themselves, {} times unknown\n", all.size(),
               failed, unknown);
    return failed == 0 && !all.empty();
}

}  // namespace submissions
