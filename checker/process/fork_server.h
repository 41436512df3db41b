#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "checker/process/descriptor.h"
#include "checker/process/process.h"

namespace process {

/// What a program wrote, by its descriptors, before it was copied.
using Written = std::map<int, std::string>;

/// A running copy of a program. Its destructor kills it.
class Copy {
  public:
    Copy(Descriptor process, const Written& before)
        : process_(std::move(process)), before_(before) {}
    Copy(Copy&&) = default;
    Copy& operator=(Copy&&) = delete;
    ~Copy();

    const Written& written_before() const { return before_; }
    /// What it has used of all processors together, as long as it runs.
    std::chrono::nanoseconds processor_time() const;
    void signal(int number) const;

  private:
    Descriptor process_;  // a pidfd
    Written before_;
};

/// A program cannot be copied: it has ended, as what it has written may say, or it does not come to
/// where it would be.
struct NoCopy : std::runtime_error {
    NoCopy(bool its_end, Written before);
    bool has_ended;
    Written written;
};

/// A program that has started and makes copies of itself (preload/original.cc).
class ForkServer;

/// One for each way to start a program, started when the first copy is asked for: to start takes an
/// emulator as long as what it then does for a check. They serve one submission alone: its copies
/// share a sandbox, and what a guest might do to an emulator ends with them.
class ForkServers {
  public:
    ForkServers();
    ~ForkServers();

    /// How an original is started.
    struct Original {
        Command command;  // its descriptors are what no copy has another for, or has to have first
        bool copied_at_start = true;  // before main(); otherwise at its first prompt
    };

    /// A copy of what `original` starts; that is only called where no other call with the same
    /// `name` has been before. It has `given` and, if it is copied at its start, these arguments.
    /// Several threads may call. Throws StartError, NoCopy, std::system_error.
    Copy copy(const std::string& name, const std::function<Original()>& original,
              const std::vector<std::string>& arguments, const Given& given);

  private:
    struct Named {
        std::mutex in_use;
        std::unique_ptr<ForkServer> server;
    };
    std::mutex naming_;
    std::map<std::string, Named> by_name_;
};

}  // namespace process
