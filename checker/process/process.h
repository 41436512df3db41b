#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

#include "checker/process/descriptor.h"
#include "checker/process/walls.h"

namespace process {

/// What a child is given, and its numbers for it.
using Given = std::vector<std::pair<Descriptor, int>>;

/// What a child process is started with. It inherits nothing that is not said here.
struct Command {
    std::vector<std::string> arguments;         // [0] is looked up in PATH
    std::vector<std::string> environment = {};  // all of it, as NAME=value; PATH is added
    std::filesystem::path directory = {};       // to work in; empty: the parent's
    Given descriptors = {};                     // 0..2 are /dev/null unless named
    std::uint64_t address_space = 0;            // bytes; 0: no limit
    std::uint64_t largest_file = 0;             // bytes that it may write into one file on disk
    std::chrono::seconds processor_time{0};     // 0: no limit
    bool isolated = true;  // no network, where a user may say so; not for a make and its compilers
    std::optional<Confinement> confinement = {};  // the only files that it may open
    std::optional<Sandbox> sandbox = {};          // or all that it is to see of the machine
};

/// Where a program of this name lies by PATH; empty if nowhere. A name with a slash is where it
/// lies.
std::filesystem::path find_program(const std::string& name);

/// Why a program could not be started; what() names it.
struct StartError : std::runtime_error {
    StartError(const std::string& program, int error);
    bool not_found;  // no such program
};

/// Adds a pipe to write to, as descriptor `number`: what comes out of it goes to `sink`.
Reader read_from(Given& given, int number, Reader::Sink sink);

/// How a process ended.
struct ExitStatus {
    int code = 0;                                    // of exit(), if signal is 0
    int signal = 0;                                  // that killed it
    std::chrono::duration<double> processor_time{};  // its own, and of what it started and reaped

    /// It, or what it had started: bubblewrap and g++ tell of their child's end as a shell does.
    bool was_killed() const { return signal != 0 || code > 128; }
};

/// A child with a process group of its own. Its destructor kills and reaps the whole group, so
/// nothing outlives it, not even as a zombie; and if the checker is killed, the kernel kills the
/// child.
class Process {
  public:
    /// Afterwards only the child has the command's descriptors. Throws StartError, or
    /// std::system_error if this machine is out of processes.
    static Process start(Command command);

    Process(Process&& other) noexcept
        : pid_(std::exchange(other.pid_, 0)), status_(other.status_) {}
    Process& operator=(Process&&) = delete;
    ~Process() { kill(); }

    pid_t pid() const { return pid_; }
    /// Waits until it has ended or the deadline is past; nothing in the latter case.
    std::optional<ExitStatus> wait(Clock::time_point deadline);
    /// Kills the group and reaps it.
    void kill();

  private:
    explicit Process(pid_t pid) : pid_(pid) {}

    pid_t pid_ = 0;  // 0: moved from
    std::optional<ExitStatus> status_;
};

/// What the calling process may have of a resource, RLIMIT_CPU or so, for good. Only a system call.
void limit(int resource, std::uint64_t value);

/// What became of a program that was to do one thing.
struct Finished {
    std::optional<ExitStatus> status;  // nothing if it took too long
    std::string output;                // what it wrote, errors too; of much, beginning and end

    bool succeeded() const { return status && status->signal == 0 && status->code == 0; }
};

/// Runs a program to its end, or for so long at most. Throws as Process::start does.
Finished run(Command command, Clock::duration time);

}  // namespace process
