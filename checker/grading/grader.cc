#include "checker/grading/grader.h"

#include <algorithm>
#include <future>
#include <iterator>
#include <thread>

#include "checker/error.h"
#include "checker/evidence/questions.h"
#include "checker/process/process.h"

namespace grading {

namespace fs = std::filesystem;
using evidence::End;
using evidence::Engine;
using evidence::Evidence;
using judgement::Outcome;
using submission::SeamFile;
using submission::Workspace;

namespace {

constexpr std::chrono::milliseconds time_of_second_try{20'000};
// On both machines together; a boot takes tenths of a second of either.
constexpr std::chrono::seconds most_work_of_qemu{2}, most_work_of_bochs{3};
// As many as a check has, so that none of its APs is to be told from these by its number.
constexpr unsigned most_cpus_of_second = 4;
constexpr const char* unreadable =
    "the kernel links, but its symbols and debug information are more than can be read, or name "
    "what is not yours: take out what writes them by hand";

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
      builder_(request_.project, request_.built, request_.walls),
      booting_(std::max(2u, std::thread::hardware_concurrency())) {}

void Grader::say(const lab::Lab& lab, std::string_view stage) {
    const std::lock_guard lock{saying_};
    if (progress_.stage)
        progress_.stage(lab, stage);
}

// An engine that fails is the checker's failure, unless it fails again, and not with the reference:
// then it is what the guest has made of it.
Evidence Grader::boot_fairly(Engine engine, const engine::Request& boot) {
    Evidence evidence = boot_(engine, boot);
    if (evidence.end != End::engine_failed || !reference_comes_up(engine, boot))
        return evidence;
    engine::Request again = boot;
    again.host_time_limit = std::min(again.host_time_limit, time_of_second_try);
    again.processor_time_limit -= std::chrono::duration<double>{evidence.processor_seconds};
    evidence = boot_(engine, again);
    if (evidence.end == End::engine_failed)
        evidence.end = End::engine_broken;
    return evidence;
}

bool Grader::reference_comes_up(Engine engine, engine::Request boot) {
    const std::lock_guard lock{referring_};
    const auto machine = std::pair{engine, boot.second_machine};
    if (const auto known = reference_.find(machine); known != reference_.end())
        return known->second;
    const Workspace workspace{request_.project, request_.project / "solutions", "reference"};
    try {
        builder_.link({}, workspace, {});
    } catch (const submission::DoesNotBuild& broken) {  // which is nobody's submission
        throw checker::Error("the reference does not link: " + broken.errors.front());
    }
    if (request_.way == evidence::Way::iso)
        builder_.make_iso(workspace);
    boot.kernel_elf = workspace.kernel_elf();
    boot.iso = workspace.iso();
    return reference_[machine] = boot_(engine, boot).end == End::powered_off;
}

Run Grader::run(const Kernel& kernel, Engine engine) {
    const std::chrono::duration<double> work =
        engine == Engine::qemu ? most_work_of_qemu : most_work_of_bochs;
    Run first = run_on(Machine::first, kernel, engine, work);
    if (kernel.judged.second_machine.empty() || first.verdict.outcome != Outcome::passed)
        return first;
    const std::chrono::duration<double> done{first.evidence.processor_seconds};
    return after_second(std::move(first), run_on(Machine::second, kernel, engine, work - done));
}

Run Grader::run_on(Machine machine, const Kernel& kernel, Engine engine,
                   std::chrono::duration<double> work) {
    const bool second = machine == Machine::second;
    const Workspace& workspace = kernel.workspace;
    const engine::Request request{
        .way = second ? evidence::Way::rom : request_.way,
        .kernel_elf = workspace.kernel_elf(),
        .firmware = request_.built / (second ? "second-firmware.bin" : "firmware.bin"),
        .second_machine = second,
        .iso = workspace.iso(),
        .source_root = request_.project,
        .source_names = kernel.attempts.names(),
        .cpus = second ? std::min(request_.cpus, most_cpus_of_second) : request_.cpus,
        .sandboxed = request_.walls == process::Walls::sandbox,
        .processor_time_limit = work};
    Evidence evidence;
    try {
        if (request.way == evidence::Way::iso)
            builder_.make_iso(workspace);
        const submission::Place place{booting_};  // among the few boots that a machine carries
        say(kernel.judged, evidence::name(engine));
        evidence = boot_fairly(engine, request);
    } catch (const std::exception& error) {
        evidence.engine_error = error.what();
    }
    evidence.engine = engine;
    evidence.way = request.way;
    evidence.second_machine = second;
    evidence.cpus_requested = request.cpus;
    return assess(kernel.judged, std::move(evidence));
}

void Grader::build(const Kernel& kernel) {
    say(kernel.judged, "building");
    std::vector<submission::Seam> seams;
    for (const lab::Lab& lab : kernel.labs)
        seams.push_back(kernel.attempts.seam(lab, request_.submission));
    for (const lab::Lab& lab : request_.mine)
        if (std::ranges::find(seams, lab.number, &submission::Seam::lab) == seams.end())
            seams.push_back(kernel.attempts.seam(lab, request_.mine_in));
    builder_.link(seams, kernel.workspace, kernel.attempts.names());
    if (request_.walls == process::Walls::sandbox && !builder_.can_be_read(seams, kernel.workspace))
        throw submission::DoesNotBuild{{unreadable}};
}

LabGrade Grader::judged(const Kernel& kernel, std::vector<Run> runs) const {
    LabGrade grade = assemble(kernel.judged, std::move(runs));
    for (const lab::Lab& lab : kernel.labs)
        std::ranges::copy(kernel.attempts.seam(lab, request_.submission).from_starter,
                          std::back_inserter(grade.from_starter));
    return grade;
}

LabGrade Grader::boot(const Kernel& kernel) {
    std::vector<std::future<Run>> running;
    std::size_t done = 0;
    for (const Engine engine : request_.engines)
        running.push_back(std::async(std::launch::async, [&, engine] {
            Run finished = run(kernel, engine);
            const std::lock_guard lock{saying_};
            if (++done == 1 && request_.engines.size() > 1 && progress_.first)
                progress_.first(judged(kernel, {finished}));
            return finished;
        }));
    std::vector<Run> runs;
    for (std::future<Run>& each : running)
        runs.push_back(each.get());
    return judged(kernel, std::move(runs));
}

LabGrade Grader::grade(const Kernel& kernel) {
    const lab::Lab& lab = kernel.judged;
    try {
        build(kernel);
        return boot(kernel);
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

Grade Grader::grade(std::span<const lab::Lab> labs, bool together) {
    Attempts attempts{builder_, request_.project};
    for (const lab::Lab& lab : labs)
        attempts.add(lab, request_.submission);
    for (const lab::Lab& lab : request_.mine)
        attempts.add(lab, request_.mine_in);
    attempts.start();
    std::vector<std::future<LabGrade>> running;
    for (const lab::Lab& lab : labs) {
        const Kernel kernel{{&lab, 1}, lab, attempts.workspace(lab, request_.submission), attempts};
        running.push_back(std::async(std::launch::async, [=, this] {
            LabGrade done = grade(kernel);
            const std::lock_guard lock{saying_};
            if (progress_.done)
                progress_.done(done);
            return done;
        }));
    }
    Grade all;
    for (std::future<LabGrade>& each : running)
        all.labs.push_back(each.get());
    if (together)
        all.together = grade_together(labs, all.labs, attempts);
    submission::forget_old_workspaces(request_.project);
    return all;
}

Together Grader::grade_together(std::span<const lab::Lab> labs, std::span<const LabGrade> alone,
                                const Attempts& attempts) {
    const lab::Lab whole = all_together(labs);
    Together result{assemble(whole, {})};
    for (const LabGrade& each : alone)
        if (each.verdict.outcome != Outcome::passed)
            result.waits_for.push_back(each.lab.number);
    if (result.waits_for.empty()) {
        const Workspace workspace{request_.project, request_.submission, whole.directory};
        result.grade = grade(Kernel{labs, whole, workspace, attempts});
    }
    return result;
}

Attempts::Attempts(const submission::Builder& builder, const fs::path& project)
    : builder_(builder), project_(project) {}

void Attempts::add(const lab::Lab& lab, const fs::path& submission) {
    entries_.try_emplace(Workspace::folder_of(submission, lab.directory),
                         Entry{lab, submission, nullptr, {}});
}

void Attempts::start() {
    for (auto& [folder, entry] : entries_) {
        entry.workspace =
            std::make_unique<Workspace>(project_, entry.submission, entry.lab.directory);
        const bool own =
            fs::weakly_canonical(entry.submission) == fs::weakly_canonical(project_ / "labs");
        const std::string shown = own ? "labs/" : "";
        names_.push_back({entry.workspace->seams() + "/", shown});
        names_.push_back({entry.workspace->objects() + "/", shown + entry.lab.directory + "/"});
    }
    for (auto& each : entries_)
        each.second.seam =
            std::async(std::launch::async, [this, &each] { return compile(each.second); });
}

submission::Seam Attempts::compile(const Entry& entry) const {
    const std::vector<SeamFile> files = submission::take(entry.lab, project_, entry.submission);
    entry.workspace->fill(entry.lab, files);
    return builder_.compile(entry.lab, files, *entry.workspace, names_);
}

const submission::Seam& Attempts::seam(const lab::Lab& lab, const fs::path& submission) const {
    return entries_.at(Workspace::folder_of(submission, lab.directory)).seam.get();
}

const Workspace& Attempts::workspace(const lab::Lab& lab, const fs::path& submission) const {
    return *entries_.at(Workspace::folder_of(submission, lab.directory)).workspace;
}

}  // namespace grading
