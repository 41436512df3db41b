#include "checker/command_line/commands.h"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <system_error>
#include <unistd.h>

#include "checker/command_line/terminal.h"
#include "checker/error.h"
#include "checker/lab/lab.h"
#include "checker/logs/elf_file.h"
#include "checker/logs/log.h"
#include "checker/process/walls.h"
#include "checker/report/json.h"
#include "checker/report/junit.h"
#include "checker/report/layout.h"
#include "checker/report/page.h"
#include "checker/report/text.h"

namespace command_line {

namespace fs = std::filesystem;
using grading::Grade;
using grading::LabGrade;
using judgement::Outcome;

namespace {

bool is_project(const fs::path& folder) {
    std::error_code problem;
    return fs::exists(folder / "Makefile", problem) && fs::exists(folder / "labs", problem) &&
           fs::exists(folder / "kernel/kernel.ld", problem);
}

std::optional<fs::path> project_above(fs::path folder) {
    for (;; folder = folder.parent_path()) {
        if (is_project(folder))
            return folder;
        if (folder == folder.parent_path())
            return {};
    }
}

// The folder of the project: the one that was named; else the first above the working folder, else
// above this program, that looks like it.
fs::path find_project(const std::optional<fs::path>& named) {
    std::error_code problem;
    if (named) {
        if (!is_project(*named))
            throw checker::Error(
                fmt::format("{} is not the project's folder: it has no Makefile, "
                            "labs/ and kernel/kernel.ld",
                            named->string()));
        return fs::absolute(*named);
    }
    if (auto found = project_above(fs::current_path()))
        return *found;
    if (auto found = project_above(fs::read_symlink("/proc/self/exe", problem).parent_path()))
        return *found;
    throw checker::Error("the project's folder is not above this one; name it with --project");
}

// The project's folder of what make has built: this program's own, where it lies in the project;
// each compiler has one.
fs::path find_built(const fs::path& project) {
    std::error_code problem;
    const fs::path here = fs::read_symlink("/proc/self/exe", problem).parent_path();
    const fs::path way = here.lexically_relative(fs::weakly_canonical(project / "build"));
    const bool elsewhere = way.empty() || way == "." || *way.begin() == "..";
    return elsewhere ? project / "build" : project / "build" / way;
}

std::vector<lab::Lab> asked_for(const Options& options, std::vector<lab::Lab> labs) {
    if (!options.lab)
        return labs;
    std::vector<unsigned> known;
    for (const lab::Lab& lab : labs) {
        if (lab.number == *options.lab)
            return {lab};
        known.push_back(lab.number);
    }
    throw checker::Error(
        known.size() == 1
            ? fmt::format("there is no lab {}: lab {} is the only one", *options.lab, known[0])
            : fmt::format("there is no lab {}: choose one of {}", *options.lab,
                          fmt::join(known, ", ")));
}

void write(const fs::path& file, const std::string& text) {
    std::ofstream stream(file, std::ios::binary | std::ios::trunc);
    stream << text << std::flush;
    if (!stream)
        throw checker::Error(fmt::format("cannot write {}", file.string()));
}

// Better said before minutes of grading than after.
void require_writable(const std::string& option, const fs::path& file) {
    if (!file.empty() && !std::ofstream(file, std::ios::app))
        throw checker::Error(
            fmt::format("cannot write {}: name another file with {}, in a folder that exists",
                        file.string(), as_typed(option)));
}

// Who checks one lab asks whether it is done, and what helps; who grades all looks for points, and
// reads of each lab what is the matter.
std::string text_of(const Grade& grade, const Options& options, const report::Style& style) {
    const bool grading = options.command == Command::grade;
    if (options.command == Command::explain)
        return report::autopsy(grade.labs.front(), style);
    if (options.lab && options.brief)
        return report::in_short(grade.labs.front(), style);
    if (options.lab)
        return report::text(grade.labs.front(), style) +
               (grading ? "\n" + report::points(grade, style) : "");
    return grading ? report::overview(grade, style) : report::every_report(grade, style);
}

std::string report_of(const Grade& grade, const Options& options, const report::Style& style) {
    switch (options.format) {
        case Format::json:
            return report::json(grade);
        case Format::junit:
            return report::junit(grade);
        case Format::gradescope:
            return report::gradescope(grade);
        case Format::text:
            break;
    }
    return text_of(grade, options, style);
}

// Somebody waits at a terminal for one lab: the first engine's verdict is shown when it is there.
bool shows_first_verdict(const Options& options) {
    return options.lab && options.command != Command::grade && options.format == Format::text &&
           options.out.empty() && isatty(STDOUT_FILENO) == 1;
}

void print(const Grade& grade, const Options& options, const std::optional<LabGrade>& shown) {
    if (options.out.empty()) {
        const report::Style style = style_for(STDOUT_FILENO);
        const std::string all = report_of(grade, options, style);
        fmt::print("{}",
                   shown ? report::second_opinion(grade.labs.front(), *shown, all, style) : all);
        return;
    }
    write(options.out, report_of(grade, options, report::Style{false}));
    const grading::Points total = grading::points(grade);
    fmt::print("{} of {} points; the report is in {}\n", total.earned, total.possible,
               options.out.string());
}

int status_of(const Grade& grade, Command command) {
    const auto labs_with = [&](Outcome outcome) {
        return std::ranges::count(grade.labs, outcome,
                                  [](const LabGrade& lab) { return lab.verdict.outcome; });
    };
    if (labs_with(Outcome::checker_error) != 0)
        return status::checker_error;
    if (command == Command::explain)  // what was not built was not booted
        return labs_with(Outcome::build_error) != 0 ? status::checker_error : status::done;
    const bool all_passed = labs_with(Outcome::passed) == std::ssize(grade.labs);
    return command == Command::grade || all_passed ? status::done : status::not_yet;
}

// Throws where something is asked of Bochs that only QEMU can.
void require_possible(const Options& options) {
    constexpr unsigned most_cpus = 16;  // Bochs has timers for no more
    if (std::ranges::find(options.engines, evidence::Engine::bochs) == options.engines.end())
        return;
    const auto alone = [](const char* option, const std::string& value, const std::string& other) {
        throw checker::Error(fmt::format("{} is QEMU's alone: add {}, or say {}",
                                         as_typed(option, value), as_typed("--engine", "qemu"),
                                         as_typed(option, other)));
    };
    if (options.way == evidence::Way::elf)
        alone("--boot", "elf", "iso");
    if (options.cpus > most_cpus)
        alone("--cpus", std::to_string(options.cpus), std::to_string(most_cpus));
}

grading::Request request(const Options& options, const fs::path& project,
                         const fs::path& submission, const std::vector<lab::Lab>& all) {
    require_possible(options);
    const fs::path place = fs::weakly_canonical(submission);
    const bool own = place == fs::weakly_canonical(project / "labs") ||
                     place == fs::weakly_canonical(project / "solutions");
    grading::Request request{
        .project = project,
        .built = find_built(project),
        .submission = submission,
        .engines = options.engines,
        .cpus = options.cpus,
        .way = options.way,
        .walls = submission::walls_for(
            {process::Confinement::is_possible(), !own && process::sandbox_is_possible()}, own,
            options.trust)};
    for (const lab::Lab& lab : all)
        if (std::ranges::find(options.mine, lab.number) != options.mine.end())
            request.mine.push_back(lab);
    return request;
}

int judge(const Options& options, const fs::path& project, const std::vector<lab::Lab>& all,
          const grading::BootFunction& boot) {
    const std::vector<lab::Lab> labs = asked_for(options, all);
    const fs::path submission =
        options.submission.empty() ? project / "labs" : fs::absolute(options.submission);
    submission::require_submission(all, submission);
    std::error_code problem;
    require_writable("--out", options.out);
    require_writable("--html", options.html);
    if (!options.html.empty() && fs::equivalent(options.html, options.out, problem))
        throw checker::Error(
            fmt::format("{} and {} name the same file", as_typed("--out"), as_typed("--html")));
    Grade grade;
    std::optional<LabGrade> shown;
    {
        const bool report_follows = options.out.empty() && isatty(STDOUT_FILENO) == 1;
        ProgressLines progress{labs.size(), report_follows};
        grading::Progress callbacks = progress.callbacks();
        if (shows_first_verdict(options))
            callbacks.first = [&](const LabGrade& first) {
                shown = first;
                const bool was_qemu = first.runs.front().evidence.engine == evidence::Engine::qemu;
                progress.print(text_of({{first}}, options, style_for(STDOUT_FILENO)),
                               first.lab.number, was_qemu ? "now Bochs" : "now QEMU");
            };
        grading::Grader grader{request(options, project, submission, all), boot, callbacks};
        grade = grader.grade(labs, !options.lab);
    }
    print(grade, options, shown);
    if (!options.html.empty()) {
        write(options.html, report::page(grade, report::shown_files(project, submission, all)));
        fmt::print(stderr, "A page to look at is in {}\n", options.html.string());
    }
    return status_of(grade, options.command);
}

// Of a log, which may be of any kernel.
int explain_log(const Options& options) {
    const bool has_elf = !options.elf.empty();
    const guest::Symbols symbols =
        has_elf ? logs::symbols_of(options.elf, fs::current_path()) : guest::Symbols{};
    const logs::Log log = logs::read_log(options.log);
    report::Sources sources{options.log.filename().string(),
                            report::printable(options.elf.filename().string())};
    evidence::Evidence evidence = logs::evidence_of(log, symbols);
    if (has_elf) {
        sources.lacks = logs::missing_in(options.elf);
        sources.misfit = logs::misfit(evidence, symbols);
    }
    if (!sources.misfit.empty())
        evidence = logs::evidence_of(log, guest::Symbols{});
    const auto found =
        diagnosis::diagnose(evidence, catalogue::Catalogue::read(find_project(options.project)));
    fmt::print("{}", report::text(evidence, found, sources, style_for(STDOUT_FILENO)));
    return status::done;
}

// At a machine that stands under a debugger.
int look_at(const Options& options, const fs::path& project) {
    look::Place place = options.standing;
    place.source_root = project;
    place.way = options.way;
    const look::Standing standing{place};
    fmt::print("{}", look::answer(options.question, standing));
    return standing.has_ended() ? status::has_ended : status::done;
}

}  // namespace

int run(const Options& options, const grading::BootFunction& boot) {
    if (options.command == Command::explain && !options.log.empty())
        return explain_log(options);
    const fs::path project = find_project(options.project);
    if (options.command == Command::look)
        return look_at(options, project);
    const std::vector<lab::Lab> labs = lab::discover(project);
    if (options.command == Command::cause)
        return cause(options, labs);
    if (options.command == Command::hint)
        return hint(options, asked_for(options, labs).front(), project / "build/hints");
    if (options.command == Command::take)
        return take(options, labs);
    if (options.command == Command::grade_class)
        return grade_class(options, request(options, project, options.from, labs),
                           asked_for(options, labs), boot);
    if (options.command == Command::grade_student)
        return grade_student(options, request(options, project, options.out, labs),
                             asked_for(options, labs), boot);
    if (options.command == Command::watch)
        return watch(options, labs, asked_for(options, labs).front().number, project);
    return judge(options, project, labs, boot);
}

}  // namespace command_line
