#include "console/print.h"

#include <array>

#include "console/line_writer.h"
#include "console/serial.h"
#include "lib/text_buffer.h"

namespace console {

namespace {
constinit LineWriter writer(put);
}  // namespace

void print_arguments(std::string_view format, std::span<const lib::Argument> arguments) {
    std::array<char, max_line> storage;
    lib::TextBuffer line({storage.data(), max_line - 1});  // the last place is for a newline
    lib::format_arguments(line, format, arguments);

    std::string_view text = line.text();
    if (!text.ends_with('\n')) {
        storage[text.size()] = '\n';
        text = {storage.data(), text.size() + 1};
    }
    writer.write_line(text);
}

void write_raw(std::string_view text) {
    writer.write_raw(text);
}

bool seize() {
    return writer.seize();
}

}  // namespace console
