// What keeps a child process in.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "checker/process/descriptor.h"

namespace process {

/// A sandbox: the files of an Access are all that there is, and so are the child's own processes;
/// no network, no environment but what it is given, a /tmp that ends with it. [bubblewrap] Landlock
/// alone: those files, on this machine as it is.
enum class Walls { none, landlock, sandbox };

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

/// What there is in a sandbox.
struct Sandbox {
    Access files = {};
    bool devices = false;  // and /proc and /dev, of its own; otherwise nothing but /dev/null
};

/// This machine has bubblewrap, and lets it do its work. Tried once.
bool sandbox_is_possible();

/// The words that come before a command and put it into a sandbox.
std::vector<std::string> sandbox_words(const Sandbox& sandbox);

/// What a program of this name has to read of the machine: programs, their libraries, and the
/// headers of the system; not where people keep files.
std::vector<std::filesystem::path> needs_of(const std::string& program);

}  // namespace process
