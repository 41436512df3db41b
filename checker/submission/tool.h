// A compiler, an assembler, a linker: run by exact arguments, within limits. What they make is
// kept, with a note of what it was made from.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <semaphore>
#include <string>
#include <vector>

#include "checker/process/process.h"

namespace submission {

/// Runs a tool to its end, or for so long, and says what it wrote, in English. Throws
/// checker::Error if it cannot be started.
process::Finished run_tool(process::Command command, std::chrono::seconds time);

/// What a make, or this program again, keeps of this process's environment, as NAME=value.
std::vector<std::string> kept_environment();

/// One of the few places for tools, or boots, that this machine can carry at a time, for as long as
/// this lives.
class Place {
  public:
    explicit Place(std::counting_semaphore<>& places) : places_(places) { places_.acquire(); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { places_.release(); }

  private:
    std::counting_semaphore<>& places_;
};

/// Tells a file from what it was before: its name, size, dates and number; or that there is none.
std::string identity(const std::filesystem::path& file);

/// Has `make` make `file`, which is removed before: unless it was made from just these inputs, and
/// has not been written to since. Says how that ended.
process::Finished make_from(const std::string& inputs, const std::filesystem::path& file,
                            const std::function<process::Finished()>& make);

}  // namespace submission
