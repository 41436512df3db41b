#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "checker/submission/build_errors.h"
#include "checker/submission/workspace.h"

namespace submission {

/// The student's files do not build; `errors` are the lines to show.
struct DoesNotBuild {
    std::vector<std::string> errors;
};

/// Builds kernels by the project's own make, one at a time in this process and, by a lock file,
/// beside other checkers: they share the objects that no lab changes. Time, memory and output of
/// compilers are bounded.
class Builder {
  public:
    explicit Builder(std::filesystem::path project) : project_(std::move(project)) {}

    /// Makes the kernel with these labs' seams from the workspace. `names` says how their files are
    /// shown. Throws DoesNotBuild, or checker::Error if the reference does not build either: then
    /// it is not the student's fault.
    void make_kernel(std::span<const lab::Lab> labs, const Workspace& workspace,
                     const Renamed& names) const;

    /// Puts that kernel on a CD. Throws checker::Error.
    void make_iso(std::span<const lab::Lab> labs, const Workspace& workspace) const;

  private:
    struct Result {
        bool built = false;
        bool in_time = true;
        std::string output;
    };
    Result make(const std::string& target, std::span<const lab::Lab> labs,
                const Workspace& workspace) const;
    Result run(std::vector<std::string> arguments, std::chrono::seconds time) const;
    void require_reference() const;

    std::filesystem::path project_;
};

}  // namespace submission
