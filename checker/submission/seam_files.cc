#include "checker/submission/seam_files.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "checker/error.h"
#include "checker/process/descriptor.h"

namespace submission {

namespace fs = std::filesystem;

namespace {

using process::Descriptor;

[[noreturn]] void cannot_read(const std::string& name, int error) {
    throw checker::Error(fmt::format("cannot read {}: {}; make it readable and run again", name,
                                     std::generic_category().message(error)));
}

// Not open if there is no such name. O_NONBLOCK: opening a FIFO must not wait for a writer.
Descriptor open_below(const Descriptor& folder, const std::string& name, int flags,
                      const std::string& shown) {
    constexpr int always = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    const int number = openat(folder.number(), name.c_str(), always | flags);
    if (number >= 0)
        return Descriptor{number};
    if (errno == ENOENT)
        return {};
    if (errno == ELOOP || errno == ENOTDIR)
        throw Refused(
            fmt::format("{} is a symbolic link or no folder; submit the file itself", shown));
    if (errno == ENXIO)
        throw Refused(fmt::format("{} is no regular file", shown));
    if (errno == EACCES)
        throw Refused(fmt::format("{} may not be read, by its mode; make it readable", shown));
    cannot_read(shown, errno);
}

enum class Whose { submissions, projects };

// A name that was handed in must not be a second one of somebody else's file, be it the solution.
void require_acceptable(const Descriptor& file, const std::string& shown, Whose whose) {
    struct stat status {};
    if (fstat(file.number(), &status) != 0)
        cannot_read(shown, errno);
    if (!S_ISREG(status.st_mode))
        throw Refused(fmt::format("{} is no regular file", shown));
    if (whose == Whose::submissions && status.st_nlink > 1)
        throw Refused(fmt::format("{} is a hard link; submit the file itself, a copy", shown));
}

std::string content(const Descriptor& file, const std::string& shown) {
    std::optional<std::string> text = process::read_at_most(file, largest_seam_file);
    if (!text)
        cannot_read(shown, errno);
    if (text->size() > largest_seam_file)
        throw Refused(fmt::format("{} is larger than {} KiB", shown, largest_seam_file / 1024));
    if (text->starts_with("\xef\xbb\xbf"))  // an editor's mark of UTF-8: NASM takes it for a label
        text->erase(0, 3);
    return std::move(*text);
}

// Empty where there is no such file.
std::optional<std::string> read_seam_file(const fs::path& root, const lab::Lab& lab,
                                          const std::string& name, Whose whose) {
    const std::string shown = fmt::format("{}/{}", lab.directory, name);
    const Descriptor top{open(root.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY)};
    if (!top.is_open())
        cannot_read(root.string(), errno);
    const Descriptor folder = open_below(top, lab.directory, O_DIRECTORY, lab.directory);
    if (!folder.is_open())
        return {};
    const Descriptor file = open_below(folder, name, 0, shown);
    if (!file.is_open())
        return {};
    require_acceptable(file, shown, whose);
    return content(file, shown);
}

}  // namespace

std::vector<SeamFile> take(const lab::Lab& lab, const fs::path& project,
                           const fs::path& submission) {
    std::vector<SeamFile> files;
    for (const std::string& name : lab.seam) {
        if (auto submitted = read_seam_file(submission, lab, name, Whose::submissions)) {
            files.push_back({name, std::move(*submitted), false});
            continue;
        }
        auto starter = read_seam_file(project / "labs", lab, name, Whose::projects);
        if (!starter)
            throw checker::Error(
                fmt::format("labs/{}/{} is missing: `make reset LAB={}` puts the starter back",
                            lab.directory, name, lab.number));
        files.push_back({name, std::move(*starter), true});
    }
    return files;
}

void require_submission(std::span<const lab::Lab> labs, const fs::path& submission) {
    std::error_code problem;
    if (!fs::exists(submission, problem))
        throw checker::Error(fmt::format("there is no folder {}", submission.string()));
    if (!fs::is_directory(submission, problem))
        throw checker::Error(fmt::format("{} is no folder; name the one that holds {}/",
                                         submission.string(), labs.front().directory));
    std::string wanted;
    for (const lab::Lab& lab : labs)
        for (const std::string& name : lab.seam) {
            const fs::path file = submission / lab.directory / name;
            if (fs::exists(fs::symlink_status(file, problem)))
                return;
            wanted += fmt::format("\n  {}", file.string());
        }
    throw checker::Error(
        fmt::format("{} holds no seam file. A submission mirrors labs/; looked for:{}",
                    submission.string(), wanted));
}

}  // namespace submission
