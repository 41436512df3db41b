#include "lib/panic.h"

#include <array>

#include "lib/assert.h"

namespace lib {

void panic_arguments(std::string_view format, std::span<const Argument> arguments) {
    std::array<char, 256> storage;
    TextBuffer reason(storage);
    format_arguments(reason, format, arguments);
    panic_text(reason.text());
}

void assertion_failed(const char* what, const char* file, int line) {
    panic("{}:{}: {} does not hold", file, line, what);
}

void equality_failed(const char* what, const Argument& a, const Argument& b, const char* file,
                     int line) {
    const std::array<Argument, 5> arguments{file, line, what, a, b};
    panic_arguments("{}:{}: {} does not hold: {} is not {}", arguments);
}

}  // namespace lib
