#include "checker/process/sandbox.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <initializer_list>

#include "checker/process/process.h"

namespace process {

namespace fs = std::filesystem;

namespace {

constexpr const char* bubblewrap = "bwrap";
constexpr std::size_t bytes_in_tmp = 16 << 20;
// Of one user, threads too. Linux counts them in each sandbox, but not those of root.
constexpr unsigned most_processes = 256;

}  // namespace

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
