// A compiler, an assembler, a linker: run by exact arguments, within limits.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
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

/// Where a program of this name lies by PATH, links followed; empty if nowhere.
std::filesystem::path find_program(const std::string& name);

}  // namespace submission
