#include "checker/submission/workspace.h"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <fstream>
#include <sys/stat.h>
#include <system_error>

#include "checker/error.h"

namespace submission {

namespace fs = std::filesystem;

namespace {

constexpr const char* all_workspaces = "build/graded";
constexpr std::size_t kept_workspaces = 48;  // a few megabytes each

// The folder was removed, with its lock, before the lock was taken.
bool is_gone(const process::Descriptor& lock) {
    struct stat status {};
    return fstat(lock.number(), &status) != 0 || status.st_nlink == 0;
}

process::Descriptor make_and_lock(const fs::path& folder) {
    for (;;) {
        std::error_code problem;
        fs::create_directories(folder, problem);
        process::Descriptor lock = process::lock(folder / "lock");
        if (!lock.is_open() && (errno != ENOENT || problem))
            throw checker::Error(fmt::format("cannot write below {}: {}", folder.string(),
                                             std::generic_category().message(errno)));
        if (lock.is_open() && !is_gone(lock))
            return lock;
    }
}

// Unless somebody is at work in it. It goes by another name first, so that whoever wants it now
// makes a new one instead of working in what is being removed.
void remove_unused(const fs::path& folder) {
    const process::Descriptor lock = process::lock(folder / "lock", process::Wait::no);
    if (!lock.is_open())
        return;
    std::error_code problem;
    const fs::path gone = folder.string() + ".gone";
    fs::rename(folder, gone, problem);
    if (!problem)
        fs::remove_all(gone, problem);
}

}  // namespace

Workspace::Workspace(const fs::path& project, const fs::path& submission, const std::string& name)
    : project_(project),
      folder_(folder_of(submission, name)),
      lock_(make_and_lock(project_ / folder_)) {
    std::error_code problem;
    fs::last_write_time(project_ / folder_, fs::file_time_type::clock::now(), problem);
    for (const std::string& folder : {seams(), objects(), linked()})
        fs::create_directories(project_ / folder, problem);
}

// The hash only tells folders apart; what is kept there has a note of its inputs, so a collision
// costs time.
std::string Workspace::folder_of(const fs::path& submission, const std::string& name) {
    return fmt::format("{}/{}-{:016x}", all_workspaces, name,
                       std::hash<std::string>{}(fs::weakly_canonical(submission).string()));
}

void Workspace::fill(const lab::Lab& lab, std::span<const SeamFile> files) const {
    const fs::path folder = project_ / seams() / lab.directory;
    std::error_code problem;
    fs::create_directories(folder, problem);
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
        if (std::ranges::find(files, entry.path().filename().string(), &SeamFile::name) ==
            files.end())
            fs::remove_all(entry.path());
    for (const SeamFile& file : files) {
        const fs::path path = folder / file.name;
        if (fs::exists(path) && process::contents_of(path) == file.content)
            continue;
        std::ofstream stream(path, std::ios::binary | std::ios::trunc);
        stream << file.content << std::flush;
        if (!stream)
            throw checker::Error(fmt::format("cannot write {}", path.string()));
    }
}

void forget_old_workspaces(const fs::path& project) {
    std::vector<std::pair<fs::file_time_type, fs::path>> found;
    std::error_code problem;
    for (const fs::directory_entry& entry :
         fs::directory_iterator(project / all_workspaces, problem))
        if (entry.is_directory(problem))  // and not make's lock
            found.emplace_back(entry.last_write_time(problem), entry.path());
    if (found.size() <= kept_workspaces)
        return;
    std::ranges::sort(found);
    for (std::size_t i = 0; i < found.size() - kept_workspaces; ++i)
        remove_unused(found[i].second);
}

}  // namespace submission
