#include "checker/classroom/hand_in.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <sys/stat.h>
#include <system_error>

#include "checker/classroom/archive.h"
#include "checker/classroom/results.h"
#include "checker/error.h"
#include "checker/process/descriptor.h"
#include "checker/process/output.h"
#include "checker/process/process.h"
#include "checker/submission/seam_files.h"

namespace classroom {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using submission::largest_seam_file;

namespace {

constexpr std::size_t most_others = 5, most_files = 50'000, largest_archive = 64u << 20;
constexpr int deepest = 20;
constexpr const char* paths_name = "paths";
constexpr const char *is_link = "is a link; the file itself is wanted",
                     *is_too_long = "is larger than 256 KiB";
static_assert(largest_seam_file == 256 * 1024);

std::string name_of(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

// What systems and editors leave beside what people write.
bool is_noise(const std::string& path) {
    const std::string name = name_of(path);
    return name.starts_with("._") || name == ".DS_Store" || name == "Thumbs.db" ||
           path.starts_with("__MACOSX/") || path.find("/__MACOSX/") != std::string::npos;
}

// Where what was found goes.
struct Collection {
    const std::set<std::string>& wanted;
    const fs::path& own_repository;
    HandIn result = {};

    bool wants(const std::string& path) const {
        return !is_noise(path) && wanted.contains(name_of(path));
    }
    void add(Found found) { result.files.push_back(std::move(found)); }
    void add_other(const std::string& path) {
        if (!is_noise(path) && result.others.size() < most_others)
            result.others.push_back(path);
    }
};

void add_archive(const fs::path& archive, const std::string& prefix, Collection& to) {
    const auto wants = [&](const Entry& entry) -> std::size_t {
        if (!to.wants(entry.path)) {
            to.add_other(prefix + entry.path);
            return 0;
        }
        if (entry.regular)
            return largest_seam_file;
        to.add({prefix + entry.path, {}, is_link});
        return 0;
    };
    go_through(archive, wants, [&](const Entry& entry, std::string content, bool too_long) {
        to.add({prefix + entry.path, std::move(content), too_long ? is_too_long : ""});
    });
}

bool is_bare_repository(const fs::path& folder) {
    std::error_code problem;
    return fs::is_regular_file(folder / "HEAD", problem) &&
           fs::is_directory(folder / "objects", problem) &&
           fs::is_directory(folder / "refs", problem);
}

constexpr const char* no_commit = "is a git repository without a commit that can be read";

// The id of the last commit, read without git: a repository's own settings can name programs that
// it runs. Throws checker::Error where there is none.
std::string last_commit(const fs::path& repository) {
    constexpr std::string_view mark = "ref: ", digits = "0123456789abcdef";
    const auto line_in = [&](const std::string& name) {
        const Found file = read_file(repository / name, name);
        return file.content.substr(0, file.content.find_first_of("\r\n"));
    };
    std::string found = line_in("HEAD");
    if (found.starts_with("ref: refs/") && !process::contains(found, "..")) {
        const std::string name = found.substr(mark.size());
        const std::string packed = read_file(repository / "packed-refs", "").content;
        found = line_in(name);
        std::string_view rest = packed;
        while (const auto line = process::take_line(rest))
            if (found.empty() && line->ends_with(" " + name))
                found = line->substr(0, line->find(' '));
    }
    if (found.empty() || found.find_first_not_of(digits) != std::string::npos)
        throw checker::Error(no_commit);
    return found;
}

// By git's plumbing, which knows of `repository` the objects alone.
std::string git(const fs::path& repository, const fs::path& own,
                std::vector<std::string> arguments) {
    process::Command command{
        .arguments = {"git", "-c", "safe.directory=*", "-c", "core.quotePath=false", "--git-dir",
                      own.string()},
        .environment = {"GIT_CONFIG_NOSYSTEM=1", "GIT_NO_REPLACE_OBJECTS=1", "HOME=/", "LC_ALL=C",
                        "GIT_OBJECT_DIRECTORY=" + (repository / "objects").string()},
        .isolated = false};
    command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
    std::string output;
    process::Reader reader =
        process::read_from(command.descriptors, 1, [&](std::string_view bytes) {
            if (output.size() < largest_archive)
                output += bytes;
        });
    process::Process process = process::Process::start(std::move(command));
    const auto deadline = process::Clock::now() + 20s;
    while (process::Clock::now() < deadline && process::read_some({&reader, 1}, deadline)) {
    }
    const auto status = process.wait(deadline);
    if (!status || status->signal != 0 || status->code != 0)
        throw checker::Error(no_commit);
    return output;
}

// The files of its last commit. A line is "100644 blob 8d0e41...\tlabs/2-gdt/gdt.cc".
void add_repository(const fs::path& repository, Collection& to) {
    const fs::path& own = to.own_repository;
    const std::string listing =
        git(repository, own, {"ls-tree", "-r", "--full-tree", last_commit(repository)});
    std::string_view rest = listing;
    while (const auto line = process::take_line(rest)) {
        const std::size_t tab = line->find('\t');
        if (tab == std::string_view::npos)
            continue;
        const std::string path{line->substr(tab + 1)};
        constexpr std::size_t id_begins = std::string_view{"100644 blob "}.size();
        if (!to.wants(path)) {
            to.add_other(path);
        } else if (!line->starts_with("100")) {
            to.add({path, {}, is_link});
        } else {
            std::string content =
                git(repository, own,
                    {"cat-file", "blob", std::string{line->substr(id_begins, tab - id_begins)}});
            const bool too_long = content.size() > largest_seam_file;
            to.add({path, too_long ? "" : std::move(content), too_long ? is_too_long : ""});
        }
    }
}

void add_folder(const fs::path& folder, Collection& to) {
    std::error_code problem;
    std::vector<fs::path> archives;
    std::size_t count = 0;
    fs::recursive_directory_iterator at{folder, fs::directory_options::skip_permission_denied,
                                        problem};
    for (const fs::recursive_directory_iterator end; !problem && at != end; at.increment(problem)) {
        const std::string path = at->path().lexically_relative(folder).string();
        if (++count > most_files)
            throw checker::Error(fmt::format("has more than {} files", most_files));
        if (at->is_directory(problem) && !at->is_symlink(problem)) {
            if (at.depth() >= deepest || name_of(path) == ".git")
                at.disable_recursion_pending();
            else if (is_bare_repository(at->path())) {
                at.disable_recursion_pending();
                add_repository(at->path(), to);
            }
        } else if (to.wants(path)) {
            to.add(read_file(at->path(), path));
        } else {
            to.add_other(path);
            if (!archive_suffix(path).empty() && !at->is_symlink(problem) &&
                at->is_regular_file(problem) && !is_noise(path))
                archives.push_back(at->path());
        }
    }
    if (problem)
        throw checker::Error(fmt::format("cannot be read: {}", problem.message()));
    std::ranges::sort(archives);
    if (to.result.files.empty())
        for (const fs::path& each : archives)
            add_archive(each, each.lexically_relative(folder).string() + "/", to);
}

}  // namespace

std::string archive_suffix(const fs::path& file) {
    const std::string name = file.filename().string();
    for (const std::string_view suffix :
         {".zip", ".tar.gz", ".tgz", ".tar", ".tar.xz", ".tar.bz2", ".tar.zst"})
        if (name.size() > suffix.size() && name.ends_with(suffix))
            return std::string{suffix};
    return {};
}

Found read_file(const fs::path& file, std::string path) {
    // O_NONBLOCK: opening a FIFO must not wait for a writer.
    const process::Descriptor open{
        ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
    struct stat status {};
    const auto cannot = [&] {
        return Found{path, {}, "cannot be read: " + std::generic_category().message(errno)};
    };
    if (!open.is_open() && errno == ELOOP)
        return {std::move(path), {}, is_link};
    if (!open.is_open() || fstat(open.number(), &status) != 0)
        return cannot();
    if (!S_ISREG(status.st_mode))
        return {std::move(path), {}, "is no file"};
    if (status.st_nlink > 1)
        return {std::move(path), {}, is_link};
    std::optional<std::string> content = process::read_at_most(open, largest_seam_file);
    if (!content)
        return cannot();
    if (content->size() > largest_seam_file)
        return {std::move(path), {}, is_too_long};
    return {std::move(path), std::move(*content), {}};
}

HandIn read_hand_in(const fs::path& handed_in, const std::set<std::string>& wanted,
                    const fs::path& own_repository) {
    Collection collection{wanted, own_repository};
    if (!fs::is_directory(handed_in))
        add_archive(handed_in, "", collection);
    else if (is_bare_repository(handed_in))
        add_repository(handed_in, collection);
    else
        add_folder(handed_in, collection);
    std::ranges::sort(collection.result.files, {}, &Found::path);
    std::ranges::sort(collection.result.others);
    return std::move(collection.result);
}

void unpack(const fs::path& archive, const std::set<std::string>& wanted, const fs::path& into) {
    const auto is_wanted = [&](const Entry& entry) { return wanted.contains(name_of(entry.path)); };
    const auto wants = [&](const Entry& entry) -> std::size_t {
        if (!entry.regular || is_noise(entry.path) || entry.path.find('\n') != std::string::npos)
            return 0;
        if (!archive_suffix(entry.path).empty() || name_of(entry.path) == metadata_name)
            return largest_archive;
        return is_wanted(entry) ? largest_seam_file : 1;
    };
    std::string paths;
    std::size_t count = 0;
    go_through(archive, wants, [&](const Entry& entry, std::string content, bool too_long) {
        if (too_long && is_wanted(entry))
            content.assign(largest_seam_file + 1, ' ');  // which is refused later, by name
        write_whole(into / fmt::format("{}", count++), content);
        paths += entry.path + "\n";
    });
    write_whole(into / paths_name, paths);
}

void arrange(const fs::path& unpacked, const fs::path& into) {
    const std::string paths = process::contents_of(unpacked / paths_name);
    std::string_view rest = paths;
    for (std::size_t i = 0; const auto line = process::take_line(rest); ++i) {
        const fs::path path{*line};
        const fs::path file = unpacked / fmt::format("{}", i);
        std::error_code problem;
        if (path.is_absolute() || std::ranges::count(path, "..") != 0 ||
            !fs::is_regular_file(fs::symlink_status(file, problem)))
            continue;
        fs::create_directories((into / path).parent_path(), problem);
        fs::rename(file, into / path, problem);
    }
}

}  // namespace classroom
