// The line of QEMU's log that an exception or an interrupt begins with.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>

namespace qemu {

/// "     3: v=0e e=000a ...": what follows the running number, which may be longer than its field.
inline std::optional<std::string_view> header_of(std::string_view line) {
    constexpr std::string_view mark = ": v=";
    const std::size_t end = line.find_first_not_of(' ');
    const std::size_t colon = line.find_first_not_of("0123456789", end);
    if (end == std::string_view::npos || colon == std::string_view::npos || colon == end ||
        !line.substr(colon).starts_with(mark)) {
        return std::nullopt;
    }
    return line.substr(colon + mark.size());
}

/// "IP=0008:... pc=... SP=0010:...": the same for what happens at one place of one stack.
inline std::string_view place_of(std::string_view header) {
    const std::size_t begin = std::min(header.find(" IP="), header.size());
    const std::size_t stack = std::min(header.find(" SP=", begin), header.size());
    return header.substr(begin, std::min(header.find(' ', stack + 1), header.size()) - begin);
}

}  // namespace qemu
