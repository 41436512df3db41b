// A compiler, an assembler, a linker: run by exact arguments, within limits. What they make is
// kept, with a note of what it was made from.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <semaphore>
#include <string>
#include <vector>

#include "checker/process/confinement.h"

namespace submission {

struct ToolLimits {
    std::chrono::seconds time, processor_time;  // the latter for each process
    std::uint64_t memory, largest_file;         // in bytes; the former of address space
};

struct Tool {
    std::vector<std::string> arguments;         // [0] is looked up in PATH
    std::vector<std::string> environment = {};  // beside PATH and LC_ALL
    std::filesystem::path directory;            // to work in
    ToolLimits limits;
    std::optional<process::Access> confined = {};  // to what it may open; else to nothing
};

struct ToolRun {
    bool succeeded = false;
    bool in_time = true;
    std::string output;  // what it wrote, errors too; of much, beginning and end
};

/// Runs it to its end, or to that of its time. Throws checker::Error if it cannot be started.
ToolRun run_tool(Tool tool);

/// What a compiler of this name has to read of the machine: programs, their libraries, and the
/// headers of the system; not where people keep files.
std::vector<std::filesystem::path> toolchain(const std::string& compiler);

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

/// The same of every header and include file in a folder, or of a single file.
std::string identity_of_headers(const std::filesystem::path& place);

/// `file` was made from just these inputs, and has not been written to since.
bool is_made_from(const std::filesystem::path& file, const std::string& inputs);

/// To be said before `file` is made, and when it is.
void forget_made(const std::filesystem::path& file);
void note_made_from(const std::filesystem::path& file, const std::string& inputs);

}  // namespace submission
