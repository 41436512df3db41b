#include "checker/report/layout.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <optional>

#include "checker/process/output.h"

namespace report {

namespace {

struct Range {
    std::uint32_t first, last;
};

constexpr auto harmful = std::to_array<Range>({
    {0x00, 0x1f},      // C0
    {0x7f, 0x9f},      // DEL and C1
    {0xad, 0xad},      // soft hyphen
    {0x61c, 0x61c},    // Arabic letter mark
    {0x200b, 0x200f},  // zero widths, marks of direction
    {0x2028, 0x202e},  // separators of lines and paragraphs, embeddings and overrides
    {0x2060, 0x206f},  // word joiner, isolates
    {0xd800, 0xdfff},  // surrogates: never in UTF-8
    {0xfeff, 0xfeff},  // byte order mark
    {0xfff9, 0xffff},  // interlinear annotation, and what is no character
});

struct Character {
    std::uint32_t value;
    std::size_t length;
};

// The character that `text` begins with; nothing where its first byte begins none.
std::optional<Character> first(std::string_view text) {
    const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
    const std::uint8_t lead = byte(0);
    if (lead < 0x80)
        return Character{lead, 1};
    const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || length > text.size())
        return {};
    std::uint32_t value = lead & (0x7fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80)
            return {};
        value = value << 6 | (byte(i) & 0x3fu);
    }
    constexpr std::array<std::uint32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
    if (value < least[length] || value > 0x10ffff)
        return {};
    return Character{value, length};
}

bool is_harmful(std::uint32_t character) {
    return std::ranges::any_of(harmful, [=](const Range& range) {
        return range.first <= character && character <= range.last;
    });
}

std::string without(std::string_view text, bool line_ends) {
    std::string result;
    while (!text.empty()) {
        const auto character = first(text);
        const bool kept =
            character && ((line_ends && character->value == '\n') || !is_harmful(character->value));
        const std::size_t length = character ? character->length : 1;
        result += kept ? text.substr(0, length) : "?";
        text.remove_prefix(length);
    }
    return result;
}

}  // namespace

std::string printable(std::string_view text) {
    return without(text, false);
}

std::string printable_lines(std::string_view text) {
    return without(text, true);
}

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

std::vector<std::string> fold(const std::vector<std::string>& lines, std::size_t width) {
    constexpr std::string_view gap = "   ";
    std::vector<std::string> folded;
    for (std::string rest : lines) {
        rest.erase(rest.find_last_not_of(' ') + 1);
        while (rest.size() > width) {
            std::size_t end = rest.rfind(gap, width);
            if (end == std::string::npos || end < width / 3)
                end = rest.rfind(' ', width);
            const std::size_t word = rest.find_first_not_of(' ');
            if (end == std::string::npos || end <= word)
                end = rest.find(' ', word);
            if (end == std::string::npos)
                break;
            folded.push_back(rest.substr(0, rest.find_last_not_of(' ', end) + 1));
            rest = "    " + rest.substr(rest.find_first_not_of(' ', end));
        }
        folded.push_back(std::move(rest));
    }
    return folded;
}

std::string paragraph(std::string_view label, std::string_view text, const Style& style) {
    std::string rows;
    while (const auto line = process::take_line(text)) {
        rows += row(label, label_width, wrap(*line, style.beside_label()));
        label = "";
    }
    return rows;
}

std::string row(std::string_view label, std::size_t width, const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) {
        text += fmt::format("  {:<{}}  {}\n", label, width, printable(line));
        label = "";
    }
    return text;
}

}  // namespace report
