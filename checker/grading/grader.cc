#include "checker/grading/grader.h"

#include <algorithm>
#include <future>
#include <thread>

#include "checker/error.h"
#include "checker/evidence/questions.h"

namespace grading {

namespace fs = std::filesystem;
using evidence::Engine;
using evidence::Evidence;
using guest::Names;
using judgement::Outcome;
using submission::Workspace;

namespace {

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
      builder_(request_.project, request_.built, request_.confined),
      booting_(std::max(2u, std::thread::hardware_concurrency())) {}

void Grader::say(const lab::Lab& lab, std::string_view stage) {
    const std::lock_guard lock{saying_};
    if (progress_.stage)
        progress_.stage(lab, stage);
}

Run Grader::run(const Kernel& kernel, Engine engine, const Names& names) {
    Evidence evidence;
    try {
        const Workspace& workspace = kernel.workspace;
        if (request_.way == evidence::Way::iso)
            builder_.make_iso(workspace);
        const Place place{booting_};
        say(kernel.judged, evidence::name(engine));
        engine::Request boot;
        boot.way = request_.way;
        boot.cpus = request_.cpus;
        boot.kernel_elf = workspace.kernel_elf();
        boot.iso = workspace.iso();
        boot.firmware = request_.built / "firmware.bin";
        boot.source_root = request_.project;
        boot.source_names = names;
        evidence = boot_(engine, boot);
    } catch (const std::exception& error) {
        evidence.engine_error = error.what();
    }
    evidence.engine = engine;
    evidence.way = request_.way;
    evidence.cpus_requested = request_.cpus;
    return assess(kernel.judged, std::move(evidence));
}

LabGrade Grader::boot(const Kernel& kernel, const Names& names) {
    std::vector<std::future<Run>> running;
    for (const Engine engine : request_.engines)
        running.push_back(
            std::async(std::launch::async, [&, engine] { return run(kernel, engine, names); }));
    std::vector<Run> runs;
    for (std::future<Run>& each : running)
        runs.push_back(each.get());
    return assemble(kernel.judged, std::move(runs));
}

LabGrade Grader::build_and_boot(const Kernel& kernel, Attempts& attempts, Builds::Result& built) {
    say(kernel.judged, "building");
    std::vector<submission::Seam> seams;
    std::vector<std::string> from_starter;
    for (const lab::Lab& lab : kernel.labs) {
        const Attempts::Attempt& attempt = attempts.get(lab, request_.submission);
        seams.push_back(attempt.seam);
        from_starter.insert(from_starter.end(), attempt.from_starter.begin(),
                            attempt.from_starter.end());
    }
    for (const lab::Lab& lab : request_.mine)
        if (std::ranges::find(seams, lab.number, &submission::Seam::lab) == seams.end())
            seams.push_back(attempts.get(lab, request_.mine_in).seam);
    builder_.link(seams, kernel.workspace, attempts.names());
    built.succeeded();
    LabGrade grade = boot(kernel, attempts.names());
    grade.from_starter = std::move(from_starter);
    return grade;
}

LabGrade Grader::grade(const Kernel& kernel, Attempts& attempts, Builds::Result& built) {
    try {
        return build_and_boot(kernel, attempts, built);
    } catch (const submission::DoesNotBuild& broken) {
        return does_not_build(kernel.judged, broken.errors);
    } catch (const submission::Refused& refused) {
        return does_not_build(kernel.judged, {refused.what()});
    } catch (const std::exception& error) {
        LabGrade grade = assemble(kernel.judged, {});
        grade.checker_error = error.what();
        return grade;
    }
}

Together Grader::grade_together(std::span<const lab::Lab> labs, Attempts& attempts,
                                Builds& builds) {
    const lab::Lab all = all_together(labs);
    Together together{assemble(all, {}), builds.wait_for_failures()};
    if (!together.not_built.empty())
        return together;
    const Workspace workspace{request_.project, request_.submission, all.directory};
    Builds::Result nobodys;
    together.grade = grade({labs, all, workspace}, attempts, nobodys);
    return together;
}

Grade Grader::grade(std::span<const lab::Lab> labs, bool together) {
    Attempts attempts{builder_, request_.project};
    for (const lab::Lab& lab : labs)
        attempts.add(lab, request_.submission);
    for (const lab::Lab& lab : request_.mine)
        attempts.add(lab, request_.mine_in);
    attempts.start();
    Builds builds{labs.size()};
    std::vector<std::future<LabGrade>> running;
    for (const lab::Lab& lab : labs)
        running.push_back(std::async(std::launch::async, [&] {
            Builds::Result built{builds, lab.number};
            const Workspace& workspace = attempts.workspace(lab, request_.submission);
            LabGrade done = grade({std::span{&lab, 1}, lab, workspace}, attempts, built);
            const std::lock_guard lock{saying_};
            if (progress_.done)
                progress_.done(done);
            return done;
        }));
    Grade all;
    if (together)
        all.together = grade_together(labs, attempts, builds);
    for (std::future<LabGrade>& each : running)
        all.labs.push_back(each.get());
    submission::forget_old_workspaces(request_.project);
    return all;
}

Grade Grader::grade(std::span<const lab::Lab> labs) {
    return grade(labs, false);
}

Grade Grader::grade_all(std::span<const lab::Lab> labs) {
    return grade(labs, true);
}

}  // namespace grading
