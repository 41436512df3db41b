#include "boot/command_line.h"

#include <algorithm>

#include "lib/panic.h"

namespace boot {

namespace {

/// Takes the first word off `rest`; empty if there was none.
std::string_view take_word(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(word.size());
    return word;
}

}  // namespace

std::string_view option(std::string_view command_line, std::string_view name) {
    std::string_view value;
    for (auto word = take_word(command_line); !word.empty(); word = take_word(command_line)) {
        if (word.starts_with(name) && word.substr(name.size()).starts_with('=')) {
            value = word.substr(name.size() + 1);
        }
    }
    return value;
}

std::uint32_t number_option(std::string_view command_line, std::string_view name,
                            std::uint32_t lowest, std::uint32_t highest, std::uint32_t otherwise) {
    const std::string_view value = option(command_line, name);
    if (value.empty()) {
        return otherwise;
    }
    std::uint64_t number = 0;
    for (const char character : value) {
        if (character < '0' || character > '9') {
            lib::panic("boot: {}={} is not a decimal number", name, value);
        }
        const auto digit = static_cast<std::uint64_t>(character - '0');
        number = std::min<std::uint64_t>(number * 10 + digit, UINT32_MAX);
    }
    if (number < lowest || number > highest) {
        lib::panic("boot: {}={} is not within {}..{}", name, value, lowest, highest);
    }
    return static_cast<std::uint32_t>(number);
}

}  // namespace boot
