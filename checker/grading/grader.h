#pragma once

#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <semaphore>
#include <span>
#include <string>
#include <vector>

#include "checker/engine/boot.h"
#include "checker/grading/grade.h"
#include "checker/submission/build.h"

namespace grading {

/// Boots in an engine, and returns what was left. The one part of grading that tests replace.
using BootFunction = std::function<evidence::Evidence(evidence::Engine, const engine::Request&)>;

struct Request {
    std::filesystem::path project;
    std::filesystem::path built;  // make's OUTPUT
    std::filesystem::path submission;
    std::vector<evidence::Engine> engines;
    unsigned cpus = 4;
    evidence::Way way = evidence::Way::rom;
    process::Walls walls = process::Walls::sandbox;  // see submission::walls_for()
    std::vector<lab::Lab> mine = {};                 // labs whose seams come from elsewhere, beside
    std::filesystem::path mine_in = project / "labs";
};

/// Told what is going on, for a person who waits. Called from several threads, one at a time. The
/// kernel with all labs has lab number 0, and is never `done`.
struct Progress {
    std::function<void(const lab::Lab&, std::string_view)> stage;  // "building", "QEMU", "Bochs"
    std::function<void(const LabGrade&)> done;
    std::function<void(const LabGrade&)> first = {};  // by the engine that was first, of several
};

/// The seams that somebody handed in, each compiled once, side by side, however many kernels it is
/// for. Holds their workspaces, so that no other checker changes what was compiled.
class Attempts {
  public:
    Attempts(const submission::Builder& builder, const std::filesystem::path& project);

    /// Adds a lab of a submission, unless it is there. To be called before start().
    void add(const lab::Lab& lab, const std::filesystem::path& submission);
    /// Waits for whoever works in one of the workspaces, and compiles all. Throws checker::Error.
    void start();

    /// Of a lab that was added: waits until it is compiled. Throws what kept it from that:
    /// submission::Refused, submission::DoesNotBuild, checker::Error.
    const submission::Seam& seam(const lab::Lab& lab,
                                 const std::filesystem::path& submission) const;
    const submission::Workspace& workspace(const lab::Lab& lab,
                                           const std::filesystem::path& submission) const;
    /// How students know the files of all workspaces: "labs/5-nx-wp/..." of the project,
    /// "5-nx-wp/..." of a submission.
    const guest::Names& names() const { return names_; }

  private:
    struct Entry {
        lab::Lab lab;
        std::filesystem::path submission;
        std::unique_ptr<submission::Workspace> workspace;
        std::shared_future<submission::Seam> seam;
    };
    submission::Seam compile(const Entry& entry) const;

    const submission::Builder& builder_;
    std::filesystem::path project_;
    guest::Names names_;
    std::map<std::string, Entry> entries_;  // by workspace, in the order in which they are locked
};

/// Grades labs of one submission: builds, boots in each engine, judges. Nothing that a submission
/// does makes it throw: what the checker cannot do becomes the lab's checker error.
class Grader {
  public:
    Grader(Request request, BootFunction boot, Progress progress);

    /// Side by side: each seam is compiled once, whatever kernels it is for. `together`: one kernel
    /// with all these labs in it as well, once each passes.
    Grade grade(std::span<const lab::Lab> labs, bool together = false);

  private:
    /// A kernel with the submission's seams of `labs`, and by what it is judged.
    struct Kernel {
        std::span<const lab::Lab> labs;
        const lab::Lab& judged;
        const submission::Workspace& workspace;
        const Attempts& attempts;
    };
    LabGrade grade(const Kernel& kernel);
    void build(const Kernel& kernel);
    LabGrade boot(const Kernel& kernel);
    Together grade_together(std::span<const lab::Lab> labs, std::span<const LabGrade> alone,
                            const Attempts& attempts);
    evidence::Evidence boot_fairly(evidence::Engine engine, const engine::Request& boot);
    bool reference_comes_up(evidence::Engine engine, engine::Request boot);
    Run run(const Kernel& kernel, evidence::Engine engine);
    enum class Machine { first, second };
    Run run_on(Machine machine, const Kernel& kernel, evidence::Engine engine,
               std::chrono::duration<double> work);
    LabGrade judged(const Kernel& kernel, std::vector<Run> runs) const;
    void say(const lab::Lab& lab, std::string_view stage);

    Request request_;
    BootFunction boot_;
    Progress progress_;
    submission::Builder builder_;
    std::mutex saying_;
    std::counting_semaphore<> booting_;
    std::mutex referring_;
    // Whether it comes up, in an engine and on the second machine or not, once somebody had to ask.
    std::map<std::pair<evidence::Engine, bool>, bool> reference_;
};

}  // namespace grading
