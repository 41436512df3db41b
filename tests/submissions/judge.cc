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

namespace submissions {

namespace fs = std::filesystem;
using evidence::Engine;
using grading::LabGrade;

namespace {

// A folder that one worker after the other puts a submission into: seams that the last one had too
// are not compiled again.
class Place {
  public:
    explicit Place(fs::path folder) : folder_(std::move(folder)) {}

    const fs::path& put(const Files& files) {
        fs::remove_all(folder_);
        for (const auto& [file, text] : files)
            write_file(folder_ / file, text);
        return folder_;
    }

  private:
    fs::path folder_;
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
    grading::Grader grader{std::move(request), checker::boot, {}};
    return std::move(grader.grade(std::span{submission.lab, 1}).labs.front());
} catch (const std::exception& error) {
    LabGrade failed = grading::assemble(*submission.lab, {});
    failed.checker_error = error.what();
    return failed;
}

}  // namespace

void judge(const Project& project, std::span<const Submission> all, const Options& options,
           const std::function<void(std::size_t, const LabGrade&)>& done) {
    const Scratch scratch;
    std::atomic<std::size_t> next = 0;
    std::mutex telling;
    std::map<std::size_t, LabGrade> waiting;  // for one before them
    std::size_t told = 0;
    const auto work = [&](Place place) {
        for (std::size_t i; (i = next++) < all.size();) {
            LabGrade graded = grade(project, all[i], options, place);
            const std::lock_guard lock{telling};
            waiting.emplace(i, std::move(graded));
            for (; waiting.contains(told); waiting.erase(told++))
                done(told, waiting.at(told));
        }
    };
    std::vector<std::jthread> workers(std::max(1u, std::thread::hardware_concurrency()));
    for (std::size_t i = 0; i < workers.size(); ++i)
        workers[i] = std::jthread(work, Place{scratch.place(i)});
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

std::string report_of(const LabGrade& grade) {
    return report::text(grade, report::Style{false});
}

}  // namespace submissions
