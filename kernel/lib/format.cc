#include "lib/format.h"

#include <array>
#include <limits>

namespace lib {

namespace {

/// A number's digits, least significant first.
class Digits {
  public:
    Digits(std::uint64_t number, unsigned base) {
        do {
            digits_[size_++] = "0123456789abcdef"[number % base];
            number /= base;
        } while (number != 0);
    }

    std::size_t size() const { return size_; }

    void append_to(TextBuffer& out) const {
        for (std::size_t index = size_; index != 0; --index) {
            out.append(digits_[index - 1]);
        }
    }

  private:
    std::array<char, std::numeric_limits<std::uint64_t>::digits10 + 1> digits_;
    std::size_t size_ = 0;
};

std::size_t padding(const FormatField& field, std::size_t size) {
    return field.width > size ? field.width - size : 0;
}

void append_text(TextBuffer& out, const FormatField& field, std::string_view text) {
    const std::size_t spaces = padding(field, text.size());
    const bool right = field.align == FormatField::Align::right;
    out.append(' ', right ? spaces : 0);
    out.append(text);
    out.append(' ', right ? 0 : spaces);
}

void append_number(TextBuffer& out, FormatField field, const Argument& argument) {
    const bool bare_address = argument.kind() == ArgumentKind::address && !field.hex;
    field.prefix |= bare_address;
    field.hex |= bare_address;

    std::uint64_t magnitude = argument.number();
    const bool negative = argument.kind() == ArgumentKind::signed_integer && magnitude >> 63 != 0;
    if (negative) {
        magnitude = -magnitude;
    }
    const Digits digits(magnitude, field.hex ? 16 : 10);
    const std::size_t size = digits.size() + (negative ? 1 : 0) + (field.prefix ? 2 : 0);
    const std::size_t fill = padding(field, size);
    const bool left = field.align == FormatField::Align::left;

    out.append(' ', left || field.zeros ? 0 : fill);
    out.append(negative ? "-" : "");
    out.append(field.prefix ? "0x" : "");
    out.append('0', field.zeros ? fill : 0);
    digits.append_to(out);
    out.append(' ', left ? fill : 0);
}

void append_field(TextBuffer& out, const FormatField& field, const Argument& argument) {
    switch (argument.kind()) {
        case ArgumentKind::boolean:
            return append_text(out, field, argument.number() != 0 ? "true" : "false");
        case ArgumentKind::character: {
            const char character = static_cast<char>(argument.number());
            return append_text(out, field, {&character, 1});
        }
        case ArgumentKind::text:
            return append_text(out, field, argument.text());
        case ArgumentKind::signed_integer:
        case ArgumentKind::unsigned_integer:
        case ArgumentKind::address:
            return append_number(out, field, argument);
        case ArgumentKind::none:
            break;
    }
}

}  // namespace

void format_arguments(TextBuffer& out, std::string_view format,
                      std::span<const Argument> arguments) {
    while (!format.empty()) {
        const FormatPiece piece = FormatPiece::take(format);
        if (piece.kind != FormatPiece::Kind::field) {
            out.append(piece.text);
        } else if (arguments.empty()) {
            out.append("{?}");
        } else {
            append_field(out, piece.field, arguments.front());
            arguments = arguments.last(arguments.size() - 1);
        }
    }
}

}  // namespace lib
