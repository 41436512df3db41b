#include "checker/classroom/text_file.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <fmt/format.h>
#include <system_error>
#include <unistd.h>

#include "checker/error.h"
#include "checker/process/descriptor.h"

namespace classroom {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void cannot_write(const fs::path& file, int error) {
    throw checker::Error(
        fmt::format("cannot write {}: {}", file.string(), std::generic_category().message(error)));
}

}  // namespace

std::string trimmed(std::string text) {
    while (text.ends_with('\n'))
        text.pop_back();
    return text;
}

void write_whole(const fs::path& file, std::string_view text) {
    std::error_code problem;
    fs::create_directories(file.parent_path(), problem);
    if (problem)
        cannot_write(file, problem.value());
    const fs::path part = fmt::format("{}.{}.part", file.string(), getpid());
    {
        const process::Descriptor open{
            ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)};
        if (!open.is_open())
            cannot_write(file, errno);
        std::string_view rest = text;
        ssize_t count = 0;
        while (!rest.empty() && (count = ::write(open.number(), rest.data(), rest.size())) > 0)
            rest.remove_prefix(static_cast<std::size_t>(count));
        if (!rest.empty() || fsync(open.number()) != 0) {
            const int error = errno;
            ::unlink(part.c_str());
            cannot_write(file, error);
        }
    }
    if (std::rename(part.c_str(), file.c_str()) != 0)
        cannot_write(file, errno);
}

}  // namespace classroom
