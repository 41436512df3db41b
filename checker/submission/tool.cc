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

namespace {

fs::path note_of(const fs::path& file) {
    return file.string() + ".from";
}

}  // namespace

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

bool is_made_from(const fs::path& file, const std::string& inputs) {
    const std::string note = process::contents_of(note_of(file));
    return !note.empty() && note == identity(file) + inputs;
}

void forget_made(const fs::path& file) {
    std::error_code problem;
    fs::remove(note_of(file), problem);
    fs::remove(file, problem);
}

void note_made_from(const fs::path& file, const std::string& inputs) {
    std::ofstream(note_of(file), std::ios::binary | std::ios::trunc) << identity(file) << inputs;
}

}  // namespace submission
