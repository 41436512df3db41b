#include "tests/submissions/judge.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <unistd.h>

#include "checker/boot.h"
#include "checker/grading/grader.h"
#include "checker/report/text.h"
#include "tests/submissions/contradictions.h"

namespace submissions {

namespace fs = std::filesystem;
using evidence::Engine;
using grading::LabGrade;

namespace {

// A folder that a worker puts one submission into after the other: seams that the last one had too
// are not compiled again, and Bochs has started.
class Place {
  public:
    Place(fs::path folder, checker::Engines& engines)
        : folder_(std::move(folder)), engines_(engines) {}

    const fs::path& put(const Files& files) {
        fs::remove_all(folder_);
        for (const auto& [file, text] : files)
            write_file(folder_ / file, text);
        return folder_;
    }
    checker::Engines& engines() const { return engines_; }

  private:
    fs::path folder_;
    checker::Engines& engines_;
};

class Scratch {
  public:
    Scratch() : folder_(fs::absolute(fmt::format("build/e2e/work-{}", getpid()))) {}
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() {
        std::error_code problem;
        fs::remove_all(folder_, problem);
    }

    fs::path place(std::size_t number) const { return folder_ / std::to_string(number); }

  private:
    fs::path folder_;
};

LabGrade grade(const Project& project, const Submission& submission, const Options& options,
               Place& place) try {
    const fs::path& folder = place.put(submission.files);
    grading::Request request{.project = fs::current_path(),
                             .built = fs::current_path() / "build",
                             .submission = folder,
                             .engines = submission.engines,
                             .way = options.way,
                             .walls = options.walls,
                             .mine = {},
                             .mine_in = folder};
    for (const lab::Lab& lab : project.labs)
        if (&lab != submission.lab && fs::is_directory(folder / lab.directory))
            request.mine.push_back(lab);
    grading::Grader grader{
        std::move(request),
        [&](auto engine, const auto& boot) { return place.engines().boot(engine, boot); },
        {}};
    return std::move(grader.grade(std::span{submission.lab, 1}).labs.front());
} catch (const std::exception& error) {
    LabGrade failed = grading::assemble(*submission.lab, {});
    failed.checker_error = error.what();
    return failed;
}

// What the untouched starters show: each is asked for only if somebody's report speaks of it.
class Starters {
  public:
    Starters(const Project& project, const Options& options, Place place)
        : project_(project), options_(options), place_(std::move(place)) {}

    /// Null where the submission is the starter.
    const LabGrade* beside(const Submission& submission) {
        Submission starter{submission.lab, {}, submission.engines};
        for (const auto& [file, text] : project_.starters)
            if (lab_of(file) == submission.lab->directory)
                starter.files[file] = text;
        if (starter.files == submission.files)
            return nullptr;
        const std::lock_guard lock{asking_};
        auto& grades = known_[submission.lab];
        if (grades.empty())
            grades.push_back(grade(project_, starter, options_, place_));
        return &grades.front();
    }

  private:
    const Project& project_;
    const Options& options_;
    Place place_;
    std::mutex asking_;
    std::map<const lab::Lab*, std::vector<LabGrade>> known_;
};

Judged judged(const Project& project, const Submission& submission, const Options& options,
              Place& place, Starters& starters) {
    Judged its{grade(project, submission, options, place), {}};
    const bool like = grading::shows_what_the_starter_does(its.grade);
    its.contradictions = contradictions(its.grade, like ? starters.beside(submission) : nullptr);
    return its;
}

}  // namespace

void judge(const Project& project, std::span<const Submission> all, const Options& options,
           const std::function<void(std::size_t, const Judged&)>& done) {
    const Scratch scratch;
    checker::Engines engines;
    Starters starters{project, options, {scratch.place(all.size() + 1), engines}};
    std::atomic<std::size_t> next = 0;
    std::mutex telling;
    std::map<std::size_t, Judged> waiting;  // for one before them
    std::size_t told = 0;
    const auto work = [&](Place place) {
        for (std::size_t i; (i = next++) < all.size();) {
            Judged its = judged(project, all[i], options, place, starters);
            const std::lock_guard lock{telling};
            waiting.emplace(i, std::move(its));
            for (; waiting.contains(told); waiting.erase(told++))
                done(told, waiting.at(told));
        }
    };
    std::vector<std::jthread> workers(std::max(1u, std::thread::hardware_concurrency()));
    for (std::size_t i = 0; i < workers.size(); ++i)
        workers[i] = std::jthread(work, Place{scratch.place(i), engines});
}

Verdict verdict_of(Engine engine, const LabGrade& grade) {
    for (const grading::Run& run : grade.runs)
        if (run.evidence.engine == engine)
            return {std::string{judgement::name(run.verdict.outcome)},
                    run.diagnosis ? run.diagnosis->id : "null",
                    grading::assemble(grade.lab, {run}).verdict.points};
    return {std::string{judgement::name(grade.verdict.outcome)},
            grading::diagnosis_of(grade).value_or("null"), grade.verdict.points};
}

std::string as_lines(const std::vector<std::string>& contradictions) {
    std::string lines;
    for (const std::string& each : contradictions)
        lines += fmt::format("  contradiction: {}\n", each);
    return lines;
}

std::string report_of(const LabGrade& grade) {
    return report::text(grade, report::Style{false});
}

}  // namespace submissions
