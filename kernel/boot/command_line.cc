#include "boot/command_line.h"

#include <optional>

namespace boot {
namespace {

/// Decimal digits alone, below 2^64.
std::optional<std::uint64_t> parse_decimal(std::string_view text) {
    std::uint64_t number = 0;
    for (const char character : text) {
        if (character < '0' || character > '9') {
            return std::nullopt;
        }
        const auto digit = static_cast<std::uint64_t>(character - '0');
        if (number > (UINT64_MAX - digit) / 10) {
            return std::nullopt;
        }
        number = number * 10 + digit;
    }
    return text.empty() ? std::nullopt : std::optional(number);
}

/// Takes the first word off `rest`; empty if there was none.
std::string_view take_word(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(word.size());
    return word;
}

}  // namespace

void CommandLine::append(char character) {
    if (size_ == capacity) {
        truncated_ = true;
    } else {
        text_[size_++] = character;
    }
}

void CommandLine::assign(std::string_view text) {
    size_ = 0;
    truncated_ = false;
    for (const char character : text) {
        append(character);
    }
}

std::string_view option(std::string_view command_line, std::string_view name) {
    std::string_view value;
    for (auto word = take_word(command_line); !word.empty(); word = take_word(command_line)) {
        if (word.starts_with(name) && word.substr(name.size()).starts_with('=')) {
            value = word.substr(name.size() + 1);
        }
    }
    return value;
}

lib::Result<std::uint64_t> number_option(std::string_view command_line,
                                         const NumberOption& wanted) {
    const std::string_view value = option(command_line, wanted.name);
    if (value.empty()) {
        return wanted.otherwise;
    }
    const std::optional<std::uint64_t> number = parse_decimal(value);
    if (!number) {
        return lib::Error("boot: {}={} is not a decimal number", wanted.name, value);
    }
    if (*number < wanted.lowest || *number > wanted.highest) {
        return lib::Error("boot: {}={} is not within {}..{}", wanted.name, value, wanted.lowest,
                          wanted.highest);
    }
    return *number;
}

}  // namespace boot
