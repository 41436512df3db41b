#include "checker/submission/build_errors.h"

#include <algorithm>
#include <array>

namespace submission {

namespace {

constexpr std::size_t most_lines = 5;
constexpr std::size_t longest_line = 300;

bool contains(std::string_view line, std::string_view part) {
    return line.find(part) != std::string_view::npos;
}

bool is_elsewhere(std::string_view line) {
    return line.starts_with('/') || line.starts_with("..");
}

bool says_what_is_wrong(std::string_view line) {
    constexpr std::array<std::string_view, 3> from_linker{"undefined reference",
                                                          "multiple definition", "ld: "};
    if (std::ranges::any_of(from_linker, [=](auto part) { return contains(line, part); }))
        return true;
    return !is_elsewhere(line) && contains(line, "error:");
}

}  // namespace

std::string renamed(std::string text, const Renamed& names) {
    for (std::size_t at = 0; (at = text.find(names.from, at)) != std::string::npos;
         at += names.to.size())
        text.replace(at, names.from.size(), names.to);
    return text;
}

std::vector<std::string> first_errors(std::string_view output, const Renamed& names,
                                      std::string_view project) {
    const Renamed relative{std::string{project} + "/", ""};
    std::vector<std::string> errors;
    bool elsewhere = false;
    while (!output.empty() && errors.size() < most_lines) {
        const std::size_t end = std::min(output.find('\n'), output.size());
        std::string line = renamed(std::string{output.substr(0, end)}, names);
        output.remove_prefix(std::min(end + 1, output.size()));
        line = renamed(std::move(line), relative);
        if (line.starts_with("./"))  // as the linker likes to begin
            line.erase(0, 2);
        elsewhere = elsewhere || is_elsewhere(line);
        if (!says_what_is_wrong(line))
            continue;
        if (line.size() > longest_line)
            line = line.substr(0, longest_line) + "...";
        errors.push_back(std::move(line));
    }
    if (errors.empty() && elsewhere)
        errors.emplace_back(
            "the errors are in files outside the project; look at what is included");
    return errors;
}

}  // namespace submission
