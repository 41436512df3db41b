#include "checker/process/confinement.h"

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <system_error>

namespace process {

namespace {

// As in the first version, but for what came later and a distribution's header may not have yet.
// Linux reads of the attributes as much as it knows, and refuses a right that it does not know.
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

std::size_t size_of_attributes(int version) {
    return version >= 6   ? sizeof(RulesetAttributes)
           : version >= 4 ? offsetof(RulesetAttributes, scope)
                          : offsetof(RulesetAttributes, network);
}

[[noreturn]] void throw_error(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

void allow(const Descriptor& ruleset, const std::filesystem::path& path, std::uint64_t to_file,
           std::uint64_t to_folder, std::uint64_t known) {
    const Descriptor place{open(path.c_str(), O_PATH | O_CLOEXEC)};
    struct stat status {};
    if (!place.is_open() || fstat(place.number(), &status) != 0)
        return;
    landlock_path_beneath_attr rule{};
    rule.allowed_access = (S_ISDIR(status.st_mode) ? to_folder : to_file) & known;
    rule.parent_fd = place.number();
    if (syscall(SYS_landlock_add_rule, ruleset.number(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
        throw_error(path.string());
}

}  // namespace

bool Confinement::is_possible() {
    return landlock_version() > 0;
}

Confinement::Confinement(const Access& access) {
    const int version = landlock_version();
    const RulesetAttributes all = all_rights(version);
    ruleset_ = Descriptor{static_cast<int>(
        syscall(SYS_landlock_create_ruleset, &all, size_of_attributes(version), 0))};
    if (!ruleset_.is_open())
        throw_error("Landlock");
    for (const std::filesystem::path& path : access.read)
        allow(ruleset_, path, read_file, read_folder, all.files);
    for (const std::filesystem::path& path : access.write)
        allow(ruleset_, path, write_file, write_folder, all.files);
    allow(ruleset_, "/dev/null", write_file, 0, all.files);
}

bool Confinement::apply() const {
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           syscall(SYS_landlock_restrict_self, ruleset_.number(), 0) == 0;
}

}  // namespace process
