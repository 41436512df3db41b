#include "checker/report/html_source.h"

#include <fmt/format.h>
#include <vector>

namespace report {

namespace {

constexpr unsigned lines_around = 6;
constexpr std::size_t longest_line = 200;

struct Line {
    unsigned number;
    std::string_view text;
};

// Those around `wanted`; nothing where the file has no such line.
std::vector<Line> around(std::string_view text, unsigned wanted) {
    std::vector<Line> lines;
    bool found = false;
    for (unsigned number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        found = found || number == wanted;
        if (number + lines_around >= wanted && number <= wanted + std::size_t{lines_around})
            lines.push_back({number, text.substr(0, end)});
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return found ? lines : std::vector<Line>{};
}

// A tab would become a `?`, as every control character does.
std::string without_tabs(std::string_view text) {
    std::string result;
    for (const char c : text)
        result += c == '\t' ? std::string(4, ' ') : std::string(1, c);
    return result;
}

}  // namespace

void add_source(Element& parent, std::string_view heading, const evidence::Location& where,
                const SourceReader& read) {
    if (where.file.empty() || where.line == 0 || !read)
        return;
    const std::optional<std::string> text = read(where.file);
    const std::vector<Line> lines = text ? around(*text, where.line) : std::vector<Line>{};
    if (lines.empty())
        return;
    Element section = parent.add("section", "part");
    section.add("h3", "", fmt::format("{}: ", heading))
        .add("code", "", fmt::format("{}:{}", shortened(where.file), where.line));
    Element source = section.add("pre", "source");
    for (const Line& line : lines) {
        const bool here = line.number == where.line;
        Element row = source.add("span", here ? "line here" : "line");
        row.add("i", "", fmt::format("{}{:>5} ", here ? "\u25b6" : " ", line.number));
        row.text(fmt::format("{}\n", shortened(without_tabs(line.text), longest_line)));
    }
}

}  // namespace report
