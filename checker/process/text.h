// Reading engines' texts, which may end anywhere and be garbled: nothing here fails, it finds less.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace process {

/// Cuts the next line off `text`, without its line end; nothing once `text` is empty. A last line
/// without a line end counts.
inline std::optional<std::string_view> take_line(std::string_view& text) {
    if (text.empty()) {
        return std::nullopt;
    }
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return line;
}

/// The number at the start of `text`, in the given base, without prefix; nothing if there is none
/// or it needs more than 64 bits.
inline std::optional<std::uint64_t> leading_number(std::string_view text, int base = 16) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{}) {
        return std::nullopt;
    }
    return value;
}

/// What follows the first `mark` in `text`; nothing where the mark does not occur.
inline std::optional<std::string_view> after(std::string_view text, std::string_view mark) {
    const std::size_t at = text.find(mark);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    return text.substr(at + mark.size());
}

/// The number right after the first `mark`.
inline std::optional<std::uint64_t> number_after(std::string_view text, std::string_view mark,
                                                 int base = 16) {
    const auto rest = after(text, mark);
    return rest ? leading_number(*rest, base) : std::nullopt;
}

}  // namespace process
