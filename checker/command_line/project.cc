#include "checker/command_line/project.h"

#include <fmt/format.h>
#include <system_error>

#include "checker/error.h"

namespace command_line {

namespace fs = std::filesystem;

namespace {

bool is_project(const fs::path& folder) {
    std::error_code problem;
    return fs::exists(folder / "Makefile", problem) && fs::exists(folder / "labs", problem) &&
           fs::exists(folder / "kernel/kernel.ld", problem);
}

std::optional<fs::path> project_above(fs::path folder) {
    for (;; folder = folder.parent_path()) {
        if (is_project(folder))
            return folder;
        if (folder == folder.parent_path())
            return {};
    }
}

}  // namespace

fs::path find_project(const std::optional<fs::path>& named) {
    std::error_code problem;
    if (named) {
        if (!is_project(*named))
            throw checker::Error(
                fmt::format("{} is not the project's folder: it has no Makefile, "
                            "labs/ and kernel/kernel.ld",
                            named->string()));
        return fs::absolute(*named);
    }
    if (auto found = project_above(fs::current_path()))
        return *found;
    if (auto found = project_above(fs::read_symlink("/proc/self/exe", problem).parent_path()))
        return *found;
    throw checker::Error("the project's folder is not above this one; name it with --project");
}

fs::path find_built(const fs::path& project) {
    std::error_code problem;
    const fs::path here = fs::read_symlink("/proc/self/exe", problem).parent_path();
    const fs::path way = here.lexically_relative(fs::weakly_canonical(project / "build"));
    const bool elsewhere = way.empty() || way == "." || *way.begin() == "..";
    return elsewhere ? project / "build" : project / "build" / way;
}

}  // namespace command_line
