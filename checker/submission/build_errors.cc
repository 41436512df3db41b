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

bool says_what_is_wrong(std::string_view line, std::string_view students_files) {
    constexpr std::array<std::string_view, 3> from_linker{"undefined reference",
                                                          "multiple definition", "ld: "};
    if (std::ranges::any_of(from_linker, [=](auto part) { return contains(line, part); }))
        return true;
    return line.starts_with(students_files) && contains(line, "error:");
}

}  // namespace

std::string renamed(std::string text, const Renamed& names) {
    for (std::size_t at = 0; (at = text.find(names.from, at)) != std::string::npos;
         at += names.to.size())
        text.replace(at, names.from.size(), names.to);
    return text;
}

std::vector<std::string> first_errors(std::string_view output, const Renamed& names) {
    std::vector<std::string> errors;
    while (!output.empty() && errors.size() < most_lines) {
        const std::size_t end = std::min(output.find('\n'), output.size());
        std::string line = renamed(std::string{output.substr(0, end)}, names);
        output.remove_prefix(std::min(end + 1, output.size()));
        if (!says_what_is_wrong(line, names.to))
            continue;
        if (line.size() > longest_line)
            line = line.substr(0, longest_line) + "...";
        errors.push_back(std::move(line));
    }
    return errors;
}

}  // namespace submission
