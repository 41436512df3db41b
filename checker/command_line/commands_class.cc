#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <thread>
#include <unistd.h>

#include "checker/classroom/grade_class.h"
#include "checker/classroom/hand_in.h"
#include "checker/command_line/commands.h"
#include "checker/command_line/terminal.h"
#include "checker/error.h"
#include "checker/evidence/questions.h"
#include "checker/report/text.h"
#include "checker/submission/given.h"
#include "checker/submission/tool.h"

namespace command_line {

namespace fs = std::filesystem;

namespace {

// All that a result depends on beside the submission, as far as dates and sizes of files tell.
std::string made_by(const grading::Request& request, const std::vector<lab::Lab>& labs,
                    const std::vector<std::string>& settings) {
    std::string all = fmt::format("{}\n", fmt::join(settings, " "));
    std::vector<fs::path> files{
        "/proc/self/exe", request.built / "firmware.bin", request.built / "second-firmware.bin",
        process::find_program("qemu-system-x86_64"), process::find_program("bochs")};
    const submission::Given given = submission::GivenCode{request.project, request.built}.read();
    files.push_back(request.project / given.code);
    for (const auto& [lab, objects] : given.reference)
        for (const std::string& object : objects)
            files.push_back(request.project / object);
    for (const lab::Lab& lab : labs) {
        files.push_back(request.project / "labs" / lab.directory / "lab.toml");
        for (const std::string& file : lab.seam)
            files.push_back(request.project / "labs" / lab.directory / file);
    }
    files.push_back(request.project / "docs/causes");
    for (const fs::path& file : files)
        all += submission::identity(fs::weakly_canonical(file));
    return all;
}

std::vector<std::string> settings(const Options& options) {
    std::vector<std::string> all{"--engine", word_for(options.engines), "--cpus",
                                 fmt::format("{}", options.cpus)};
    if (options.way != evidence::Way::rom)
        all.insert(all.end(), {"--boot", std::string{evidence::id(options.way)}});
    if (options.lab)
        all.insert(all.end(), {"--lab", fmt::format("{}", *options.lab)});
    if (options.trust)
        all.emplace_back("--trust");
    return all;
}

// A machine on which the untouched starters do not show what they should has wrong verdicts for
// everybody: a compiler that cannot be run here, an emulator that nobody has tried.
void require_documented_starters(const grading::Request& request, const std::vector<lab::Lab>& labs,
                                 const grading::BootFunction& boot) {
    grading::Request own = request;
    own.submission = request.project / "labs";  // by what others are graded with, sandbox and all
    for (const grading::LabGrade& lab : grading::Grader{own, boot, {}}.grade(labs).labs)
        if (!grading::shows_what_the_starter_does(lab))
            throw checker::Error(fmt::format(
                "nobody was graded: the starters in labs/ do not show here what they should, and "
                "so no verdict would be right:\n{}Look at it with `make check LAB={}`.",
                report::text(lab, report::Style{false}), lab.lab.number));
}

// Whoever stops it should know that nothing is lost. Children are ended by the kernel.
extern "C" void on_signal(int number) {
    constexpr std::string_view words =
        "\nsipi: stopped; what is done is kept, and the same command goes on from there\n";
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, words.data(), words.size());
    _exit(128 + number);
}

}  // namespace

int grade_class(const Options& options, const grading::Request& request,
                const std::vector<lab::Lab>& labs, const grading::BootFunction& boot) {
    require_documented_starters(request, labs, boot);
    const std::string program = fs::read_symlink("/proc/self/exe").string();
    const fs::path out = fs::absolute(options.out);
    classroom::Assignment assignment{
        .project = request.project,
        .from = fs::canonical(options.from),
        .out = out,
        .labs = labs,
        .take = {program, "take", "--project", request.project},
        .grade = {program, "grade-student", "--project", request.project, "--out", out},
        .made_by = made_by(request, labs, settings(options)),
        .jobs = options.jobs,
        .walls = request.walls,
        .slurm = options.slurm};
    if (assignment.jobs == 0)
        assignment.jobs = std::max(1u, std::thread::hardware_concurrency());
    for (const std::string& word : settings(options))
        assignment.grade.push_back(word);
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        std::signal(number, on_signal);
    classroom::Class graded;
    {
        ClassProgress progress;
        graded = classroom::grade_class(assignment, progress.watcher());
    }
    fmt::print("{}\nThe report is {}\n", classroom::summary(graded),
               (options.out / "class.html").string());
    const bool failed = std::ranges::any_of(
        graded.rows, [](const classroom::Row& row) { return !row.note.failure.empty(); });
    return failed ? status::checker_error : status::done;
}

int take(const Options& options, const std::vector<lab::Lab>& labs) {
    if (options.whole_class)
        classroom::unpack(options.from, classroom::seam_names(labs), options.out);
    else
        classroom::take_one(options.from, labs, options.out);
    return status::done;
}

int grade_student(const Options& options, const grading::Request& request,
                  const std::vector<lab::Lab>& labs, const grading::BootFunction& boot) {
    classroom::grade_one(options.name, classroom::Results{options.out}, request, labs, !options.lab,
                         boot);
    return status::done;
}

}  // namespace command_line
