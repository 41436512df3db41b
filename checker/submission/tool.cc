#include "checker/submission/tool.h"

#include <cstdlib>
#include <fmt/format.h>
#include <sstream>
#include <system_error>
#include <unistd.h>

#include "checker/error.h"
#include "checker/process/process.h"

namespace submission {

namespace fs = std::filesystem;

ToolRun run_tool(Tool tool) {
    tool.environment.emplace_back("LC_ALL=C");
    process::Command command{
        .arguments = std::move(tool.arguments),
        .environment = std::move(tool.environment),
        .directory = std::move(tool.directory),
        .address_space = tool.limits.memory,
        .largest_file = tool.limits.largest_file,
        .processor_time = tool.limits.processor_time,
        .isolated = false,
    };
    if (tool.confined)
        command.confinement.emplace(*tool.confined);
    try {
        const process::Finished run = process::run(std::move(command), tool.limits.time);
        return {run.status && run.status->signal == 0 && run.status->code == 0,
                run.status.has_value(), run.output};
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
