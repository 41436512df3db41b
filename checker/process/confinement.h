#pragma once

#include <filesystem>
#include <vector>

#include "checker/process/descriptor.h"

namespace process {

/// What a child process may open: these files, and all that lies in these folders.
struct Access {
    std::vector<std::filesystem::path> read;   // and execute
    std::vector<std::filesystem::path> write;  // and read, make and remove files there
};

/// Keeps a child process, and all that it starts, to the files of an Access and to /dev/null. It
/// makes no TCP connection and signals nobody else either, as far as this Linux can forbid that.
/// The means is Landlock, which needs no privilege. [landlock]
class Confinement {
  public:
    /// This machine's Linux can do it.
    static bool is_possible();

    /// What does not exist is left out. Throws std::system_error.
    explicit Confinement(const Access& access);

    /// Confines the calling process, for good; false, with errno, if that failed. To be called
    /// between fork and exec: system calls only.
    bool apply() const;

  private:
    Descriptor ruleset_;
};

}  // namespace process
