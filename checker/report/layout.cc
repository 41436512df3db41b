#include "checker/report/layout.h"

#include <algorithm>
#include <fmt/format.h>

#include "checker/report/printable.h"

namespace report {

std::string Style::paint(std::string_view code, std::string_view text) const {
    return coloured_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string{text};
}

std::vector<std::string> wrap(std::string_view paragraph, std::size_t width) {
    std::vector<std::string> lines;
    while (!paragraph.empty()) {
        std::size_t end = paragraph.size();
        if (end > width) {
            end = paragraph.rfind(' ', width);
            if (end == std::string_view::npos || end == 0)
                end = std::min(paragraph.find(' '), paragraph.size());
        }
        lines.emplace_back(paragraph.substr(0, end));
        paragraph.remove_prefix(std::min(end + 1, paragraph.size()));
    }
    return lines;
}

std::string row(std::string_view label, std::size_t label_width,
                const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) {
        text += fmt::format("  {:<{}}  {}\n", label, label_width, printable(line));
        label = "";
    }
    return text;
}

}  // namespace report
