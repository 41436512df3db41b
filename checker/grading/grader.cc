#include "checker/grading/grader.h"

#include <fmt/format.h>
#include <future>
#include <thread>

#include "checker/error.h"

namespace grading {

namespace fs = std::filesystem;
using evidence::Engine;
using evidence::Evidence;
using judgement::Outcome;
using submission::Renamed;
using submission::SeamFile;

namespace {

// How the student knows the files: "labs/5-nx-wp/" of the project, "5-nx-wp/" of a submission.
Renamed shown_names(const Request& request, const lab::Lab& lab,
                    const submission::Workspace& workspace) {
    const bool own =
        fs::weakly_canonical(request.submission) == fs::weakly_canonical(request.project / "labs");
    return {workspace.seam() + "/", fmt::format("{}{}/", own ? "labs/" : "", lab.directory)};
}

// NASM's debug information has the folder twice, so what counts is where the name begins last.
void rename(std::string& file, const Renamed& names) {
    const std::size_t at = file.rfind(names.from);
    if (at != std::string::npos)
        file = names.to + file.substr(at + names.from.size());
}

void rename(Evidence& evidence, const Renamed& names) {
    for (evidence::Cpu& cpu : evidence.cpus) {
        rename(cpu.where.file, names);
        for (evidence::Exception& each : cpu.exceptions)
            rename(each.where.file, names);
    }
    evidence.panic_text = submission::renamed(std::move(evidence.panic_text), names);
}

// One of the few boots that this machine can carry at a time.
class Place {
  public:
    explicit Place(std::counting_semaphore<>& places) : places_(places) { places_.acquire(); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { places_.release(); }

  private:
    std::counting_semaphore<>& places_;
};

LabGrade does_not_build(const lab::Lab& lab, std::vector<std::string> errors) {
    LabGrade grade = assemble(lab, {});
    grade.verdict.outcome = Outcome::build_error;
    for (judgement::Finding& finding : grade.verdict.findings)
        finding = {judgement::Finding::Answer::no, "it does not build"};
    grade.build_errors = std::move(errors);
    return grade;
}

}  // namespace

Grader::Grader(Request request, BootFunction boot, Progress progress)
    : request_(std::move(request)),
      boot_(std::move(boot)),
      progress_(std::move(progress)),
      builder_(request_.project),
      booting_(std::max(2u, std::thread::hardware_concurrency())) {}

void Grader::say(const lab::Lab& lab, std::string_view stage) {
    const std::lock_guard lock{saying_};
    if (progress_.stage)
        progress_.stage(lab, stage);
}

Run Grader::run(const lab::Lab& lab, Engine engine, const submission::Workspace& workspace,
                const Renamed& names) {
    Evidence evidence;
    try {
        if (engine == Engine::bochs)
            builder_.make_iso(lab, workspace);
        const Place place{booting_};
        say(lab, engine == Engine::qemu ? "QEMU" : "Bochs");
        evidence = boot_(
            {engine, request_.cpus, workspace.kernel_elf(), workspace.iso(), request_.project});
    } catch (const std::exception& error) {
        evidence.engine_error = error.what();
    }
    evidence.engine = engine;
    evidence.cpus_requested = request_.cpus;
    rename(evidence, names);
    return assess(lab, std::move(evidence));
}

LabGrade Grader::build_and_boot(const lab::Lab& lab) {
    const std::vector<SeamFile> files =
        submission::take(lab, request_.project, request_.submission);
    const submission::Workspace workspace{request_.project, request_.submission, lab};
    workspace.fill(files);
    const Renamed names = shown_names(request_, lab, workspace);
    say(lab, "building");
    builder_.make_kernel(lab, workspace, names);

    std::vector<std::future<Run>> running;
    for (const Engine engine : request_.engines)
        running.push_back(std::async(std::launch::async,
                                     [&, engine] { return run(lab, engine, workspace, names); }));
    std::vector<Run> runs;
    for (std::future<Run>& each : running)
        runs.push_back(each.get());
    LabGrade grade = assemble(lab, std::move(runs));
    for (const SeamFile& file : files)
        if (file.from_starter)
            grade.from_starter.push_back(file.name);
    return grade;
}

LabGrade Grader::grade(const lab::Lab& lab) {
    try {
        return build_and_boot(lab);
    } catch (const submission::DoesNotBuild& broken) {
        return does_not_build(lab, broken.errors);
    } catch (const submission::Refused& refused) {
        return does_not_build(lab, {refused.what()});
    } catch (const std::exception& error) {
        LabGrade grade = assemble(lab, {});
        grade.checker_error = error.what();
        return grade;
    }
}

Grade Grader::grade(std::span<const lab::Lab> labs) {
    std::vector<std::future<LabGrade>> running;
    for (const lab::Lab& lab : labs)
        running.push_back(std::async(std::launch::async, [&] {
            LabGrade done = grade(lab);
            const std::lock_guard lock{saying_};
            if (progress_.done)
                progress_.done(done);
            return done;
        }));
    Grade all;
    for (std::future<LabGrade>& each : running)
        all.labs.push_back(each.get());
    submission::forget_old_workspaces(request_.project);
    return all;
}

}  // namespace grading
