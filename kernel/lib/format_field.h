#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace lib {

/// What an argument of a format string is, once its C++ type is forgotten.
enum class ArgumentKind : std::uint8_t {
    none,
    boolean,
    character,
    signed_integer,
    unsigned_integer,
    address,
    text
};

/// The inside of one replacement field: `[<|>] [#] [0] [width] [x]`, all optional. A width pads and
/// never cuts. Without `<` or `>` numbers stand to the right, everything else to the left.
struct FormatField {
    enum class Align : std::uint8_t { automatic, left, right };
    static constexpr unsigned max_width = 64;

    Align align = Align::automatic;
    bool prefix = false;  // "#": 0x before the digits
    bool zeros = false;   // "0": fill with zeros between prefix and digits
    std::uint8_t width = 0;
    bool hex = false;

    /// Parses what stands between "{" and "}", the colon included; nothing if it is malformed.
    static constexpr std::optional<FormatField> parse(std::string_view text) {
        FormatField field;
        if (text.empty()) {
            return field;
        }
        const auto take = [&text](char expected) {
            const bool found = text.starts_with(expected);
            text.remove_prefix(found ? 1 : 0);
            return found;
        };
        if (!take(':')) {
            return std::nullopt;
        }
        if (take('<')) {
            field.align = Align::left;
        } else if (take('>')) {
            field.align = Align::right;
        }
        field.prefix = take('#');
        field.zeros = take('0');
        unsigned width = 0;
        for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1)) {
            width = width * 10 + static_cast<unsigned>(text.front() - '0');
            if (width > max_width) {
                return std::nullopt;
            }
        }
        field.width = static_cast<std::uint8_t>(width);
        field.hex = take('x');
        const bool fits = text.empty() && (!field.prefix || field.hex) &&
                          (!field.zeros || field.align == Align::automatic);
        return fits ? std::optional(field) : std::nullopt;
    }

    /// Whether an argument of this kind can be shown so: digits are for numbers only.
    constexpr bool suits(ArgumentKind kind) const {
        switch (kind) {
            case ArgumentKind::signed_integer:
            case ArgumentKind::unsigned_integer:
            case ArgumentKind::address:
                return true;
            case ArgumentKind::boolean:
            case ArgumentKind::character:
            case ArgumentKind::text:
                return !hex && !zeros;
            case ArgumentKind::none:
                break;
        }
        return false;
    }
};

/// One piece of a format string: text to copy ("{{" and "}}" stand for one brace), or a field.
struct FormatPiece {
    enum class Kind : std::uint8_t { text, field, malformed };

    Kind kind;
    std::string_view text;
    FormatField field;

    /// Takes the first piece off `rest`, which must not be empty. At a malformed piece it takes
    /// all.
    static constexpr FormatPiece take(std::string_view& rest) {
        const char first = rest.front();
        if (first != '{' && first != '}') {
            return take_text(rest, 0, rest.find_first_of("{}"));
        }
        if (rest.size() > 1 && rest[1] == first) {
            return take_text(rest, 1, 2);
        }
        const std::size_t close = rest.find('}');
        if (first == '{' && close != rest.npos) {
            const auto field = FormatField::parse({rest.data() + 1, close - 1});
            if (field) {
                rest.remove_prefix(close + 1);
                return {Kind::field, {}, *field};
            }
        }
        const FormatPiece piece{Kind::malformed, rest, {}};
        rest = {};
        return piece;
    }

  private:
    static constexpr FormatPiece take_text(std::string_view& rest, std::size_t from,
                                           std::size_t to) {
        const std::size_t end = to < rest.size() ? to : rest.size();
        const std::string_view text(rest.data() + from, end - from);
        rest.remove_prefix(end);
        return {Kind::text, text, {}};
    }
};

}  // namespace lib
