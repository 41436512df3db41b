#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "checker/process/descriptor.h"
#include "checker/submission/seam_files.h"

namespace submission {

/// A build folder that belongs to one kernel of one submission, below build/graded: what one
/// student wrote never meets another's objects, and a second build of the same submission compiles
/// only what changed. Locked for as long as it is held, against other checkers: who wants several
/// takes them in the order of their folders' names.
class Workspace {
  public:
    /// Makes the folder and takes the lock, waiting if it must. `submission` and `name`, that of a
    /// lab's folder for instance, tell it from others. Throws checker::Error.
    Workspace(const std::filesystem::path& project, const std::filesystem::path& submission,
              const std::string& name);

    /// Puts a lab's seam files there, and no others.
    void fill(const lab::Lab& lab, std::span<const SeamFile> files) const;

    /// Relative to the project: the folder, and in it the seam files as they were handed in, what
    /// is compiled of them, and the kernel that is linked.
    const std::string& folder() const { return folder_; }
    std::string seams() const { return folder_ + "/seams"; }
    std::string objects() const { return folder_ + "/objects"; }
    std::string linked() const { return folder_ + "/linked"; }

    std::filesystem::path kernel_elf() const { return project_ / linked() / "kernel.elf"; }
    std::filesystem::path iso() const { return project_ / linked() / "sipi.iso"; }

    /// How they are called: one submission's workspaces by its path and a name.
    static std::string folder_of(const std::filesystem::path& submission, const std::string& name);

  private:
    std::filesystem::path project_;
    std::string folder_;
    process::Descriptor lock_;
};

/// Removes the folders that were not used for longest, and are not in use now, so that a class of
/// hundreds does not fill the disk.
void forget_old_workspaces(const std::filesystem::path& project);

}  // namespace submission
