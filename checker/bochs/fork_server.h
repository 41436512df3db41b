#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checker/bochs/log.h"
#include "checker/engine/boot.h"
#include "checker/process/descriptor.h"

namespace bochs {

/// A running copy of a Bochs, at its debugger's first prompt. Its destructor kills it.
class Copy {
  public:
    Copy(process::Descriptor process, std::string log)
        : process_(std::move(process)), log_(std::move(log)) {}
    Copy(Copy&&) = default;
    Copy& operator=(Copy&&) = delete;
    ~Copy();

    /// What its original logged before it was copied.
    const std::string& log() const { return log_; }
    void signal(int number) const;

  private:
    process::Descriptor process_;  // a pidfd
    std::string log_;
};

/// Why Bochs did not come to its prompt: what() says it.
struct NoPrompt : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Why Bochs ended by itself, by its log and what it wrote beside.
std::string why_it_ended(const Log& log, std::string_view errors);

/// What a copy is given, with the numbers that it has for them.
using Given = std::vector<std::pair<process::Descriptor, int>>;

/// A Bochs that has come to its debugger's first prompt, and makes copies of itself there.
class ForkServer;

/// One for each configuration, started when it is first asked for a copy: to come to its prompt
/// takes Bochs longer than a boot from there. They serve one submission alone: its copies share a
/// sandbox, and what a guest might do to a Bochs ends with them.
class ForkServers {
  public:
    ForkServers();
    ForkServers(const ForkServers&) = delete;
    ForkServers& operator=(const ForkServers&) = delete;
    ~ForkServers();

    /// A copy that is given these descriptors. May be called by several threads. Throws
    /// process::StartError if there is no Bochs, or NoPrompt.
    Copy copy(const engine::Request& request, const Given& given);

  private:
    std::mutex starting_;
    std::map<std::string, std::unique_ptr<ForkServer>> by_configuration_;
};

}  // namespace bochs
