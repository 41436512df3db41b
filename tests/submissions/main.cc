// submissions [CASE or FOLDER]...: judges the cases, several at a time, and holds what comes of
// each to its head; without a name all of tests/submissions/. With --prefixes, what stands between
// a starter and its reference; with --pairs, two mistakes at once; with --random, changes that
// nobody has chosen.
//
// Ends with 0 if all is as expected, 1 if not, 2 for what it cannot read.
#include <CLI/CLI.hpp>
#include <exception>
#include <fmt/format.h>

#include "tests/submissions/corpus.h"
#include "tests/submissions/half_done.h"
#include "tests/submissions/page.h"
#include "tests/submissions/pairs.h"
#include "tests/submissions/random_changes.h"
#include "tests/submissions/sweep.h"

namespace submissions {

namespace {

namespace fs = std::filesystem;

void unpack(const std::vector<Case>& cases, const Project& project, const fs::path& folder) {
    for (const Case& each : cases)
        for (const auto& [file, text] : files_of(each, project))
            write_file(folder / file, text);
}

int run(int argc, char** argv) {
    CLI::App app{
        "Grades the submissions of the corpus, and half-done work, and says whether what "
        "comes of them is as it should be."};
    Options options;
    std::vector<fs::path> places{corpus};
    unsigned lab = 0;
    fs::path unpacked;
    Sweep sweep;
    bool wants_page = false, above_starter = false;
    app.add_option("place", places, "cases, or folders with cases");
    app.add_flag("--report", options.report, "show the whole report of each");
    app.add_flag("--update", options.update, "write what comes of them down as expected");
    app.add_option("--way", options.way, "how they are booted: rom, elf, iso")
        ->transform(CLI::Transformer(std::map<std::string, evidence::Way>(
            evidence::way_names.begin(), evidence::way_names.end())));
    app.add_option("--walls", options.walls, "what they are kept in with: none, landlock, sandbox")
        ->transform(CLI::Transformer(
            std::map<std::string, process::Walls>{{"none", process::Walls::none},
                                                  {"landlock", process::Walls::landlock},
                                                  {"sandbox", process::Walls::sandbox}}));
    app.add_flag("--page", wants_page, "print docs/mutants.md");
    CLI::Option* unpack_option =
        app.add_option("--unpack", unpacked, "write a case's files to this folder");
    CLI::Option* prefixes_option =
        app.add_option("--prefixes", lab,
                       "judge each prefix of the reference of a lab, or of every lab")
            ->expected(0, 1);
    app.add_flag("--above-starter", above_starter,
                 "of a prefix in assembly: what the starter has stands below it")
        ->needs(prefixes_option);
    CLI::Option* changes_option =
        app.add_option(
               "--changes", sweep.text,
               "judge each small change of the references, or those with this in their name")
            ->expected(0, 1);
    app.add_option("--step", sweep.step, "only each so-manieth of them")
        ->needs(changes_option)
        ->check(CLI::PositiveNumber);
    app.add_option("--harmless", sweep.harmless, "another list of those that lose nothing")
        ->needs(changes_option);
    std::string pairs;
    CLI::Option* pairs_option =
        app.add_option("--pairs", pairs,
                       "judge two mistakes at once, or those with this in their names")
            ->expected(0, 1);
    unsigned random_count = 0, random_first = 1;
    app.add_option("--random", random_count, "judge so many random changes of the references");
    app.add_option("--from", random_first, "the number of the first of them");
    CLI11_PARSE(app, argc, argv);

    const Project project = read_project(fs::current_path());
    if (*prefixes_option)
        return judge_half_done(lab, above_starter ? Below::starter : Below::nothing, options,
                               project)
                   ? 0
                   : 1;
    if (*changes_option)
        return judge_changes(sweep, options, project) ? 0 : 1;
    if (*pairs_option)
        return judge_pairs(pairs, options, project) ? 0 : 1;
    if (random_count != 0)
        return judge_random_changes(random_first, random_count, options, project) ? 0 : 1;
    const std::vector<Case> cases = read_cases(places, options, project);
    if (wants_page)
        fmt::print("{}", page(cases));
    else if (*unpack_option)
        unpack(cases, project, unpacked);
    else
        return judge_cases(cases, options, project) ? 0 : 1;
    return 0;
}

}  // namespace

}  // namespace submissions

int main(int argc, char** argv) try {
    return submissions::run(argc, argv);
} catch (const std::exception& error) {
    fmt::print(stderr, "submissions: {}\n", error.what());
    return 2;
}
