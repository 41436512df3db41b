#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "checker/engine/descriptor.h"
#include "checker/submission/seam_files.h"

namespace submission {

/// A build folder that belongs to one lab of one submission, below build/graded: what one student
/// wrote never meets another's objects, and a second build of the same submission compiles only
/// what changed. Locked for as long as it is held, against other checkers.
class Workspace {
  public:
    /// Makes the folder and takes the lock, waiting if it must; `submission` tells it from others.
    /// Throws checker::Error.
    Workspace(const std::filesystem::path& project, const std::filesystem::path& submission,
              const lab::Lab& lab);

    /// Puts the seam files there, and no others. A file that has not changed keeps its date.
    void fill(std::span<const SeamFile> files) const;

    /// make's BUILD, and its SEAM_n; relative to the project.
    const std::string& build() const { return build_; }
    const std::string& seam() const { return seam_; }
    std::filesystem::path kernel_elf() const { return project_ / build_ / "kernel.elf"; }
    std::filesystem::path iso() const { return project_ / build_ / "sipi.iso"; }

  private:
    std::filesystem::path project_;
    std::string build_, seam_;
    engine::Descriptor lock_;
};

/// Removes the folders that were not used for longest, so that a class of hundreds does not fill
/// the disk.
void forget_old_workspaces(const std::filesystem::path& project);

}  // namespace submission
