// What programs write: in bounded memory, however much that is, and read as the text of engines,
// which may end anywhere and be garbled: nothing here fails, it finds less.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace process {

/// The beginning and the end of a text that may be without end, in bounded memory.
class Excerpt {
  public:
    Excerpt(std::size_t beginning, std::size_t end) : beginning_(beginning), end_(end) {}

    void append(std::string_view text) {
        total_ += text.size();
        const std::size_t to_head = std::min(text.size(), beginning_ - head_.size());
        head_.append(text.substr(0, to_head));
        tail_.append(text.substr(to_head));
        if (tail_.size() > 2 * end_)  // not at every byte: erasing at the front moves the rest
            tail_.erase(0, tail_.size() - end_);
    }
    /// All bytes that came, kept or not.
    std::size_t total() const { return total_; }
    /// What was kept; where something is missing, a line says how much.
    std::string text() const {
        const std::string_view tail =
            std::string_view{tail_}.substr(tail_.size() - std::min(tail_.size(), end_));
        const std::size_t missing = total_ - head_.size() - tail.size();
        if (missing == 0)
            return fmt::format("{}{}", head_, tail);
        return fmt::format("{}\n[{} bytes are left out here]\n{}", head_, missing, tail);
    }
    /// The same, without blanks and line ends at its end.
    std::string trimmed() const {
        std::string whole = text();
        whole.erase(whole.find_last_not_of(" \r\n") + 1);
        return whole;
    }

  private:
    std::size_t beginning_, end_;
    std::size_t total_ = 0;
    std::string head_, tail_;
};

/// Adds to the last ones that are kept, at most so many.
template <class Item>
void keep_last(std::deque<Item>& kept, std::type_identity_t<Item> item, std::size_t most) {
    kept.push_back(std::move(item));
    if (kept.size() > most)
        kept.pop_front();
}

/// Cuts what arrives piece by piece into lines, in bounded memory: a line that is too long is
/// dropped.
class LineSplitter {
  public:
    explicit LineSplitter(std::size_t longest_line) : longest_line_(longest_line) {}

    /// Calls `read_line` with each line that `piece` completes, without its line end.
    template <class ReadLine>
    void append(std::string_view piece, ReadLine read_line) {
        for (std::size_t end; (end = piece.find('\n')) != std::string_view::npos;
             piece.remove_prefix(end + 1)) {
            const bool whole = partial_.empty() && !dropping_;
            std::string_view line = piece.substr(0, end);
            if (!whole)
                line = partial_ += line;
            if (!dropping_)
                read_line(line.substr(0, line.size() - (line.ends_with('\r') ? 1 : 0)));
            dropping_ = false;
            partial_.clear();
        }
        partial_ += piece;
        dropping_ = dropping_ || partial_.size() > longest_line_;
        if (dropping_)
            partial_.clear();
    }

  private:
    std::size_t longest_line_;
    bool dropping_ = false;  // until the end of a line that was too long
    std::string partial_;    // the beginning of a line whose end has not come yet
};

/// Cuts the next line off `text`, without its line end; nothing once `text` is empty. A last line
/// without a line end counts.
inline std::optional<std::string_view> take_line(std::string_view& text) {
    if (text.empty())
        return {};
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    return line;
}

/// `text` without those of these characters that stand at its beginning and its end.
inline std::string_view trimmed(std::string_view text, std::string_view blanks) {
    const std::size_t begin = std::min(text.find_first_not_of(blanks), text.size());
    return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

/// The number at the start of `text`, in the given base, without prefix; nothing if there is none
/// or it needs more than 64 bits.
inline std::optional<std::uint64_t> leading_number(std::string_view text, int base = 16) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    return error == std::errc{} ? std::optional{value} : std::nullopt;
}

inline bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

/// What follows the first `mark` in `text`; nothing where the mark does not occur.
inline std::optional<std::string_view> after(std::string_view text, std::string_view mark) {
    const std::size_t at = text.find(mark);
    return at == std::string_view::npos ? std::nullopt
                                        : std::optional{text.substr(at + mark.size())};
}

/// The same up to the end of its line; empty where the mark does not occur.
inline std::string_view rest_of_line(std::string_view text, std::string_view mark) {
    const std::string_view rest = after(text, mark).value_or("");
    return rest.substr(0, rest.find('\n'));
}

/// The number right after the first `mark`.
inline std::optional<std::uint64_t> number_after(std::string_view text, std::string_view mark,
                                                 int base = 16) {
    const auto rest = after(text, mark);
    return rest ? leading_number(*rest, base) : std::nullopt;
}

/// The bytes at the start of `text`, two hexadecimal digits each: of an instruction, at most
/// `most`.
inline std::vector<std::byte> leading_bytes(std::string_view text, std::size_t most) {
    std::vector<std::byte> bytes;
    for (; text.size() >= 2 && bytes.size() < most; text.remove_prefix(2)) {
        const auto byte = leading_number(text.substr(0, 2));
        if (!byte)
            break;
        bytes.push_back(static_cast<std::byte>(*byte));
    }
    return bytes;
}

}  // namespace process
