#pragma once

#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "checker/submission/build.h"

namespace grading {

/// The seams that somebody handed in, each compiled once, side by side, however many kernels it is
/// for. Holds their workspaces, so that no other checker changes what was compiled.
class Attempts {
  public:
    /// One lab's seam.
    struct Attempt {
        submission::Seam seam;
        std::vector<std::string> from_starter;  // files that were not handed in
    };

    Attempts(const submission::Builder& builder, const std::filesystem::path& project);

    /// Adds a lab of a submission, unless it is there. To be called before start().
    void add(const lab::Lab& lab, const std::filesystem::path& submission);
    /// Waits for whoever works in one of the workspaces, and compiles all. Throws checker::Error.
    void start();

    /// Of a lab that was added: waits until it is compiled. Throws what kept it from that:
    /// submission::Refused, submission::DoesNotBuild, checker::Error.
    const Attempt& get(const lab::Lab& lab, const std::filesystem::path& submission) const;
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
        std::shared_future<Attempt> attempt;
    };
    Attempt compile(const Entry& entry) const;

    const submission::Builder& builder_;
    std::filesystem::path project_;
    guest::Names names_;
    std::map<std::string, Entry> entries_;  // by workspace, in the order in which they are locked
};

}  // namespace grading
