#include "lib/panic.h"

namespace lib {

void panic_arguments(std::string_view format, std::span<const Argument> arguments) {
    std::array<char, 256> storage;
    TextBuffer reason(storage);
    format_arguments(reason, format, arguments);
    panic_text(reason.text());
}

}  // namespace lib
