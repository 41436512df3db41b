#include "checker/submission/tool.h"

#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <sstream>
#include <system_error>
#include <unistd.h>

#include "checker/error.h"
#include "checker/process/excerpt.h"
#include "checker/process/process.h"
#include "checker/process/reader.h"

namespace submission {

namespace fs = std::filesystem;

ToolRun run_tool(Tool tool) {
    constexpr std::size_t output_beginning = 64 * 1024, output_end = 4 * 1024;
    process::Excerpt output{output_beginning, output_end};
    process::Pipe pipe = process::Pipe::make();
    process::Command command;
    command.arguments = std::move(tool.arguments);
    command.environment = std::move(tool.environment);
    command.environment.emplace_back("LC_ALL=C");
    command.directory = std::move(tool.directory);
    process::Descriptor errors{fcntl(pipe.write.number(), F_DUPFD_CLOEXEC, 0)};
    command.descriptors.emplace_back(std::move(pipe.write), 1);
    command.descriptors.emplace_back(std::move(errors), 2);
    command.address_space = tool.limits.memory;
    command.largest_file = tool.limits.largest_file;
    command.processor_time = tool.limits.processor_time;
    command.isolated = false;
    try {
        if (tool.confined)
            command.confinement.emplace(*tool.confined);
        process::Process process = process::Process::start(std::move(command));
        process::Reader reader{std::move(pipe.read),
                               [&](std::string_view text) { output.append(text); }};
        const auto deadline = process::Clock::now() + tool.limits.time;
        while (process::Clock::now() < deadline && process::read_some({&reader}, deadline)) {
        }
        const auto status = process.wait(deadline);
        return {status && status->signal == 0 && status->code == 0, status.has_value(),
                output.text()};
    } catch (const process::StartError& error) {
        throw checker::Error(fmt::format("{}: run `make setup`, or install it", error.what()));
    }
}

fs::path find_program(const std::string& name) {
    if (name.find('/') != std::string::npos)
        return fs::weakly_canonical(name);
    const char* path = std::getenv("PATH");
    std::istringstream folders{path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin"};
    for (std::string folder; std::getline(folders, folder, ':');) {
        const fs::path candidate = fs::path{folder} / name;
        std::error_code problem;
        if (access(candidate.c_str(), X_OK) == 0 && !fs::is_directory(candidate, problem))
            return fs::weakly_canonical(candidate);
    }
    return {};
}

std::vector<fs::path> toolchain(const std::string& compiler) {
    std::vector<fs::path> all{"/bin",
                              "/lib",
                              "/lib32",
                              "/lib64",
                              "/libx32",
                              "/usr/bin",
                              "/usr/lib",
                              "/usr/lib32",
                              "/usr/lib64",
                              "/usr/libx32",
                              "/usr/libexec",
                              "/usr/include",
                              "/usr/local/include",
                              "/usr/x86_64-linux-gnu",
                              "/etc/ld.so.cache"};
    const fs::path program = find_program(compiler);
    const fs::path prefix = program.parent_path().parent_path();
    if (!program.empty() && program.string().rfind("/usr/bin/", 0) != 0) {
        all.push_back(program);
        for (const char* part : {"lib", "lib64", "libexec", "include"})
            all.push_back(prefix / part);
    }
    return all;
}

}  // namespace submission
