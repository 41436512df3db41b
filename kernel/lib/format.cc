#include "lib/format.h"

namespace lib {

namespace {

using Kind = Argument::Kind;

/// What stands in a field between its braces.
struct Field {
    char side = 0;  // '<' or '>', or nothing
    bool prefix = false;
    bool zeros = false;
    bool hex = false;
    std::size_t width = 0;

    explicit Field(std::string_view text) {
        for (const char character : text) {
            if (character == '<' || character == '>') {
                side = character;
            } else if (character == '#') {
                prefix = true;
            } else if (character == 'x') {
                hex = true;
            } else if (character == '0' && width == 0) {
                zeros = true;
            } else if (character >= '0' && character <= '9') {
                width = width * 10 + static_cast<std::size_t>(character - '0');
            }
        }
    }

    std::size_t padding(std::size_t size) const { return width > size ? width - size : 0; }
};

void append_text(TextBuffer& out, const Field& field, std::string_view text) {
    const std::size_t spaces = field.padding(text.size());
    out.append(' ', field.side == '>' ? spaces : 0);
    out.append(text);
    out.append(' ', field.side == '>' ? 0 : spaces);
}

void append_number(TextBuffer& out, const Field& field, const Argument& argument) {
    const bool bare_address = argument.kind() == Kind::address && !field.hex;
    const std::string_view prefix = field.prefix || bare_address ? "0x" : "";
    const bool negative = argument.kind() == Kind::signed_integer && argument.number() >> 63 != 0;
    const std::string_view sign = negative ? "-" : "";
    const unsigned base = field.hex || bare_address ? 16 : 10;

    std::array<char, 20> storage;  // 2^64 has twenty digits
    std::size_t first = storage.size();
    std::uint64_t rest = negative ? -argument.number() : argument.number();
    do {
        storage[--first] = "0123456789abcdef"[rest % base];
        rest /= base;
    } while (rest != 0);
    const std::string_view digits(storage.data() + first, storage.size() - first);

    const std::size_t padding = field.padding(sign.size() + prefix.size() + digits.size());
    out.append(' ', field.side == '<' || field.zeros ? 0 : padding);
    out.append(sign);
    out.append(prefix);
    out.append('0', field.zeros ? padding : 0);
    out.append(digits);
    out.append(' ', field.side == '<' ? padding : 0);
}

void append_argument(TextBuffer& out, const Field& field, const Argument& argument) {
    const char character = static_cast<char>(argument.number());
    switch (argument.kind()) {
        case Kind::text:
            return append_text(out, field, argument.text());
        case Kind::character:
            return append_text(out, field, {&character, 1});
        case Kind::signed_integer:
        case Kind::unsigned_integer:
        case Kind::address:
            return append_number(out, field, argument);
    }
}

}  // namespace

void format_arguments(TextBuffer& out, std::string_view format,
                      std::span<const Argument> arguments) {
    for (const Argument& argument : arguments) {
        const std::size_t open = format.find('{');
        const std::size_t close = format.find('}', open);
        out.append(format.substr(0, open));
        append_argument(out, Field(format.substr(open + 1, close - open - 1)), argument);
        format.remove_prefix(close + 1);
    }
    out.append(format);
}

}  // namespace lib
