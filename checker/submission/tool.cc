#include "checker/submission/tool.h"

#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <sys/stat.h>
#include <system_error>

#include "checker/error.h"
#include "checker/process/descriptor.h"

namespace submission {

namespace fs = std::filesystem;

std::vector<std::string> kept_environment() {
    std::vector<std::string> all;
    for (const char* name : {"CXX", "HOME", "TMPDIR"})
        if (const char* value = std::getenv(name))
            all.push_back(fmt::format("{}={}", name, value));
    return all;
}

process::Finished run_tool(process::Command command, std::chrono::seconds time) {
    command.environment.emplace_back("LC_ALL=C");
    command.isolated = false;
    try {
        return process::run(std::move(command), time);
    } catch (const process::StartError& error) {
        throw checker::Error(fmt::format("{}: run `make setup`, or install it", error.what()));
    }
}

std::string identity(const fs::path& file) {
    struct stat status {};
    if (stat(file.c_str(), &status) != 0)
        return fmt::format("{} is not there\n", file.string());
    return fmt::format("{} {} {}.{:09} {}.{:09} {}\n", file.string(), status.st_size,
                       status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec,
                       status.st_ctim.tv_nsec, status.st_ino);
}

process::Finished make_from(const std::string& inputs, const fs::path& file,
                            const std::function<process::Finished()>& make) {
    const fs::path note = file.string() + ".from";
    const std::string noted = process::contents_of(note);
    if (!noted.empty() && noted == identity(file) + inputs)
        return {.status = process::ExitStatus{}, .output = {}};
    std::error_code problem;
    fs::remove(note, problem);
    fs::remove(file, problem);
    process::Finished run = make();
    if (run.succeeded())
        std::ofstream(note, std::ios::binary | std::ios::trunc) << identity(file) << inputs;
    else
        fs::remove(file, problem);
    return run;
}

}  // namespace submission
