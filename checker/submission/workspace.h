#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "checker/engine/descriptor.h"
#include "checker/submission/seam_files.h"

namespace submission {

/// A build folder that belongs to one kernel of one submission, below build/graded: what one
/// student wrote never meets another's objects, and a second build of the same submission compiles
/// only what changed. Locked for as long as it is held, against other checkers.
class Workspace {
  public:
    /// Makes the folder and takes the lock, waiting if it must. `submission` and `name`, that of a
    /// lab's folder for instance, tell it from others. Throws checker::Error.
    Workspace(const std::filesystem::path& project, const std::filesystem::path& submission,
              const std::string& name);

    /// Puts a lab's seam files there, and no others. A file that has not changed keeps its date.
    void fill(const lab::Lab& lab, std::span<const SeamFile> files) const;

    /// make's BUILD, and its SEAM_n; relative to the project.
    const std::string& build() const { return build_; }
    std::string seam(const lab::Lab& lab) const { return seams() + "/" + lab.directory; }
    /// The folder of all seams.
    std::string seams() const { return build_ + "/seams"; }
    std::filesystem::path kernel_elf() const { return project_ / build_ / "kernel.elf"; }
    std::filesystem::path iso() const { return project_ / build_ / "sipi.iso"; }

  private:
    std::filesystem::path project_;
    std::string build_;
    engine::Descriptor lock_;
};

/// Removes the folders that were not used for longest, and are not in use now, so that a class of
/// hundreds does not fill the disk.
void forget_old_workspaces(const std::filesystem::path& project);

}  // namespace submission
