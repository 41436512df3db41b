#include "checker/process/walls.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <fmt/format.h>
#include <initializer_list>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "checker/process/process.h"

namespace process {

namespace fs = std::filesystem;

namespace {

constexpr const char* bubblewrap = "bwrap";
constexpr std::size_t bytes_in_tmp = 16 << 20;
// Of one user, threads too. Linux counts them in each sandbox, but not those of root.
constexpr unsigned most_processes = 256;

// As in the first version, but for what came later and a distribution's header may not have yet.
// Linux reads of the attributes as much as it knows, and wants the rest to be zero; it refuses a
// right that it does not know.
struct RulesetAttributes {
    std::uint64_t files = 0;
    std::uint64_t network = 0;  // since version 4
    std::uint64_t scope = 0;    // since version 6
};
constexpr std::uint64_t refer = 1 << 13;             // since version 2: link or move elsewhere
constexpr std::uint64_t truncate_file = 1 << 14;     // since version 3
constexpr std::uint64_t control_device = 1 << 15;    // since version 5
constexpr std::uint64_t bind_and_connect = 0b11;     // TCP
constexpr std::uint64_t sockets_and_signals = 0b11;  // abstract ones, and to others

constexpr std::uint64_t read_file = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE;
constexpr std::uint64_t write_file =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | truncate_file;
constexpr std::uint64_t read_folder = read_file | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t write_folder = write_file | LANDLOCK_ACCESS_FS_READ_DIR |
                                       LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE;

// 0 where there is none.
int landlock_version() {
    const long version =
        syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return version < 0 ? 0 : static_cast<int>(version);
}

// All that a Linux of this version can forbid.
RulesetAttributes all_rights(int version) {
    RulesetAttributes all;
    all.files = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;  // the last right of the first version
    all.files |= version >= 2 ? refer : 0;
    all.files |= version >= 3 ? truncate_file : 0;
    all.files |= version >= 5 ? control_device : 0;
    all.network = version >= 4 ? bind_and_connect : 0;
    all.scope = version >= 6 ? sockets_and_signals : 0;
    return all;
}

void allow(const Descriptor& ruleset, const fs::path& path, std::uint64_t to_file,
           std::uint64_t to_folder, std::uint64_t known) {
    const Descriptor place{open(path.c_str(), O_PATH | O_CLOEXEC)};
    struct stat status {};
    if (!place.is_open() || fstat(place.number(), &status) != 0)
        return;
    landlock_path_beneath_attr rule{};
    rule.allowed_access = (S_ISDIR(status.st_mode) ? to_folder : to_file) & known;
    rule.parent_fd = place.number();
    if (syscall(SYS_landlock_add_rule, ruleset.number(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
        throw_system_error(path.string());
}

}  // namespace

bool Confinement::is_possible() {
    return landlock_version() > 0;
}

Confinement::Confinement(const Access& access) {
    const RulesetAttributes all = all_rights(landlock_version());
    ruleset_ =
        Descriptor{static_cast<int>(syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0))};
    if (!ruleset_.is_open())
        throw_system_error("Landlock");
    for (const fs::path& path : access.read)
        allow(ruleset_, path, read_file, read_folder, all.files);
    for (const fs::path& path : access.write)
        allow(ruleset_, path, write_file, write_folder, all.files);
    allow(ruleset_, "/dev/null", write_file, 0, all.files);
}

bool Confinement::apply() const {
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           syscall(SYS_landlock_restrict_self, ruleset_.number(), 0) == 0;
}

std::vector<std::string> sandbox_words(const Sandbox& sandbox) {
    std::vector<std::string> words{
        bubblewrap, "--unshare-all", "--die-with-parent",          "--as-pid-1", "--cap-drop",
        "ALL",      "--size",        std::to_string(bytes_in_tmp), "--tmpfs",    "/tmp"};
    const auto add = [&](std::initializer_list<const char*> more) {
        words.insert(words.end(), more.begin(), more.end());
    };
    if (sandbox.devices)
        add({"--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"});
    else
        add({"--dev-bind", "/dev/null", "/dev/null"});
    const std::vector<fs::path>& read = sandbox.files.read;
    for (const fs::path& place : read) {
        std::error_code problem;
        const fs::path to = fs::read_symlink(place, problem);  // /lib leads to usr/lib
        if (std::ranges::find(read, place.parent_path() / to) != read.end() && !problem)
            add({"--symlink", to.c_str(), place.c_str()});
        else
            add({"--ro-bind-try", place.c_str(), place.c_str()});
    }
    for (const fs::path& place : sandbox.files.write)
        add({"--bind-try", place.c_str(), place.c_str()});
    // What lies between all these was made for them, in memory.
    add({"--remount-ro", "/", "--"});
    words.insert(words.end(), {find_program("prlimit").string(),
                               fmt::format("--nproc={}", most_processes), "--"});
    return words;
}

bool sandbox_is_possible() {
    static const bool possible = [] {
        if (find_program(bubblewrap).empty())
            return false;
        const std::string nothing = find_program("true").string();
        Command command{.arguments = {nothing}, .sandbox = Sandbox{{needs_of(nothing), {}}, true}};
        return run(std::move(command), std::chrono::seconds{10}).succeeded();
    }();
    return possible;
}

std::vector<fs::path> needs_of(const std::string& name) {
    // clang-format off
    std::vector<fs::path> all{
        "/bin", "/lib", "/lib32", "/lib64", "/libx32", "/usr/bin", "/usr/lib", "/usr/lib32",
        "/usr/lib64", "/usr/libx32", "/usr/libexec", "/usr/include", "/usr/local/include",
        "/usr/x86_64-linux-gnu", "/etc/ld.so.cache"};
    // clang-format on
    const fs::path found = fs::weakly_canonical(find_program(name));
    const fs::path prefix = found.parent_path().parent_path();
    if (!found.empty() && !found.string().starts_with("/usr/bin/")) {
        all.push_back(found);
        for (const char* part : {"lib", "lib64", "libexec", "include"})
            all.push_back(prefix / part);
    }
    return all;
}

}  // namespace process
