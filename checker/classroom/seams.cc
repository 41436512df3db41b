#include "checker/classroom/seams.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <tuple>

namespace classroom {

namespace {

// Where the project, or a build of it, has files with the same names.
constexpr std::array<std::string_view, 7> not_answers{
    "kernel", "trampoline", "solutions", "reference", "build", "tests", "checker"};

bool is_answer(const std::string& path) {
    const std::string whole = "/" + path;
    return std::ranges::none_of(not_answers, [&](std::string_view folder) {
        return whole.find(fmt::format("/{}/", folder)) != std::string::npos;
    });
}

// How good a place is, the best first.
std::tuple<int, std::ptrdiff_t> place(const std::string& path, const std::string& folder,
                                      const std::string& name) {
    const std::string whole = "/" + path;
    const int kind = whole.ends_with(fmt::format("/labs/{}/{}", folder, name)) ? 0
                     : whole.ends_with(fmt::format("/{}/{}", folder, name))    ? 1
                                                                               : 2;
    return {kind, std::ranges::count(path, '/')};
}

std::string nothing_found(const HandIn& handed_in, const std::set<std::string>& wanted) {
    if (handed_in.others.empty())
        return "it is empty";
    return fmt::format("it has none of {}; it has {}", fmt::join(wanted, ", "),
                       fmt::join(handed_in.others, ", "));
}

}  // namespace

std::set<std::string> seam_names(std::span<const lab::Lab> labs) {
    std::set<std::string> names;
    for (const lab::Lab& lab : labs)
        names.insert(lab.seam.begin(), lab.seam.end());
    return names;
}

Sorted sort(const HandIn& handed_in, std::span<const lab::Lab> labs) {
    Sorted result;
    for (const lab::Lab& lab : labs)
        for (const std::string& name : lab.seam) {
            const Found* best = nullptr;
            for (const Found& found : handed_in.files) {
                if (!("/" + found.path).ends_with("/" + name) || !is_answer(found.path))
                    continue;
                const auto its = place(found.path, lab.directory, name);
                const auto bests = best ? place(best->path, lab.directory, name) : its;
                if (best && its == bests && found.content != best->content)
                    return {{},
                            fmt::format("two files are called {}, and differ: {} and {}", name,
                                        best->path, found.path)};
                if (!best || its < bests)
                    best = &found;
            }
            if (best && !best->problem.empty())
                return {{}, fmt::format("{} {}", best->path, best->problem)};
            if (best)
                result.seams[fmt::format("{}/{}", lab.directory, name)] = best->content;
        }
    if (result.seams.empty())
        result.reason = nothing_found(handed_in, seam_names(labs));
    return result;
}

}  // namespace classroom
