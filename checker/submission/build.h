#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <semaphore>
#include <span>
#include <string>
#include <vector>

#include "checker/guest/symbols.h"
#include "checker/submission/given.h"
#include "checker/submission/tool.h"
#include "checker/submission/workspace.h"

namespace submission {

/// The student's files do not build; `errors` are the lines to show.
struct DoesNotBuild {
    std::vector<std::string> errors;
};

/// The first few errors of a compiler's, an assembler's or a linker's output, each with the line of
/// code and the caret that g++ puts below it. Only those in files that a student knows are shown:
/// the ones that `names` renames, and the given headers. Of one elsewhere, in a header of the
/// compiler for instance, only the student's line that led there is. A message may have line ends
/// of the student's: what looks like another tool's is not shown. Pure.
enum class Tool { compiler, assembler, linker };
std::vector<std::string> first_errors(std::string_view output, Tool tool,
                                      const guest::Names& names);

/// What this machine can keep a program in with.
struct Possible {
    bool landlock, sandbox;
};

/// What compilers and emulators are to be kept in with. One's `own` files need no sandbox, which
/// takes time, and who is `trusted` none where there is none; any other submission is built and
/// booted in one, or not at all: then this throws checker::Error, which says what to do.
process::Walls walls_for(Possible possible, bool own, bool trusted);

/// Compiles seams and links kernels by the exact commands that make wrote down, without make and
/// without a shell. Time, memory and output of each tool are bounded; what has not changed is not
/// made again. May be used from several threads.
class Builder {
  public:
    /// `built` is make's OUTPUT. Behind walls a tool can open the compilers' own files, the given
    /// headers and the files that it is about, and can write to the workspace.
    Builder(std::filesystem::path project, std::filesystem::path built, process::Walls walls);

    /// Compiles the files of a lab that were put into its workspace. Throws DoesNotBuild, or
    /// checker::Error for what is not the student's fault.
    Seam compile(const lab::Lab& lab, std::span<const SeamFile> files, const Workspace& workspace,
                 const guest::Names& names) const;

    /// Links the kernel of `workspace`, with these seams and the reference's of the other labs.
    /// Throws as compile() does.
    void link(std::span<const Seam> seams, const Workspace& workspace,
              const guest::Names& names) const;

    /// Whether what was linked of them, as somebody may have made it, can be read (given.h).
    bool can_be_read(std::span<const Seam> seams, const Workspace& workspace) const;

    /// Puts that kernel on a CD. Throws checker::Error.
    void make_iso(const Workspace& workspace) const;

  private:
    /// One file to be made, by a command.
    struct Job {
        Arguments arguments;
        std::filesystem::path output;
        std::string made_from;   // all that it depends on; see make_from()
        process::Access access;  // beside the compilers' own files
    };
    using Plan = std::function<Job(const Given&)>;
    /// Says how much processor time it took. Throws DoesNotBuild.
    std::chrono::duration<double> make(Tool tool, const Plan& plan, const Workspace& workspace,
                                       const guest::Names& names) const;
    process::Finished make_once(const Plan& plan, const Workspace& workspace) const;
    process::Finished run_confined(Arguments arguments, process::Access access,
                                   const Workspace& workspace) const;
    Job compiling(const Given& given, std::span<const SeamFile> files, const std::string& folder,
                  const SeamFile& file, const std::string& object) const;
    Job linking(const Given& given, std::span<const Seam> seams, const Workspace& workspace) const;
    /// Made current and read when it is first asked for, and where it is to be `anew`.
    std::shared_ptr<const Given> given(bool anew = false) const;

    std::filesystem::path project_;
    GivenCode given_code_;
    process::Walls walls_;
    mutable std::mutex giving_;
    mutable std::shared_ptr<const Given> given_;
    mutable std::counting_semaphore<> tools_;
};

}  // namespace submission
