#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "lib/format_field.h"
#include "lib/text_buffer.h"
#include "x86/address.h"

namespace lib {

template <class T, class... Candidates>
concept one_of = (std::same_as<T, Candidates> || ...);

/// How values of type T are shown; `none` for types that cannot be. Enumerations, floating point
/// and wide characters are left out on purpose: say `static_cast` or a name where you print.
template <class T>
consteval ArgumentKind argument_kind() {
    if constexpr (std::same_as<T, bool>) {
        return ArgumentKind::boolean;
    } else if constexpr (std::same_as<T, char>) {
        return ArgumentKind::character;
    } else if constexpr (one_of<T, signed char, short, int, long, long long>) {
        return ArgumentKind::signed_integer;
    } else if constexpr (one_of<T, unsigned char, unsigned short, unsigned, unsigned long,
                                unsigned long long>) {
        return ArgumentKind::unsigned_integer;
    } else if constexpr (one_of<T, x86::PhysicalAddress, x86::VirtualAddress>) {
        return ArgumentKind::address;
    } else if constexpr (std::convertible_to<const T&, std::string_view>) {
        return ArgumentKind::text;
    } else if constexpr (std::is_pointer_v<T> && std::is_object_v<std::remove_pointer_t<T>>) {
        return ArgumentKind::address;
    } else if constexpr (std::is_pointer_v<T> && std::is_void_v<std::remove_pointer_t<T>>) {
        return ArgumentKind::address;
    } else {
        return ArgumentKind::none;
    }
}

template <class T>
concept Formattable = argument_kind<T>()
!= ArgumentKind::none;

/// A value to be formatted, its type reduced to a kind, so that one function formats them all.
/// Text is borrowed: it must outlive the Argument.
class Argument {
  public:
    template <Formattable T>
    constexpr Argument(const T& value) : kind_(argument_kind<T>()) {
        if constexpr (argument_kind<T>() == ArgumentKind::text) {
            text_ = as_text(value);
        } else if constexpr (one_of<T, x86::PhysicalAddress, x86::VirtualAddress>) {
            number_ = value.raw;
        } else if constexpr (std::is_pointer_v<T>) {
            number_ = reinterpret_cast<std::uintptr_t>(value);
        } else {
            number_ = static_cast<std::uint64_t>(value);
        }
    }

    constexpr ArgumentKind kind() const { return kind_; }
    /// Two's complement for signed integers; 0 for text.
    constexpr std::uint64_t number() const { return number_; }
    constexpr std::string_view text() const { return text_; }

  private:
    template <class T>
    static constexpr std::string_view as_text(const T& value) {
        if constexpr (std::is_pointer_v<T>) {
            if (value == nullptr) {
                return "(null)";
            }
        }
        return value;
    }

    ArgumentKind kind_;
    std::uint64_t number_ = 0;
    std::string_view text_;
};

/// A format string that the compiler has checked against the types of its arguments. An error
/// shows up as "not a constant expression", at a call of one of these undefined functions.
void format_string_is_malformed();
void format_string_has_more_fields_than_arguments();
void format_string_has_fewer_fields_than_arguments();
void format_field_does_not_suit_its_argument();

template <Formattable... Args>
class FormatString {
  public:
    template <class T>
    requires std::convertible_to<const T&, std::string_view>
    consteval FormatString(const T& text) : text_(text) {
        constexpr std::array<ArgumentKind, sizeof...(Args)> kinds{argument_kind<Args>()...};
        std::size_t used = 0;
        for (std::string_view rest = text_; !rest.empty();) {
            const FormatPiece piece = FormatPiece::take(rest);
            if (piece.kind == FormatPiece::Kind::malformed) {
                format_string_is_malformed();
            } else if (piece.kind == FormatPiece::Kind::field) {
                if (used == kinds.size()) {
                    format_string_has_more_fields_than_arguments();
                } else if (!piece.field.suits(kinds[used++])) {
                    format_field_does_not_suit_its_argument();
                }
            }
        }
        if (used != kinds.size()) {
            format_string_has_fewer_fields_than_arguments();
        }
    }

    constexpr std::string_view text() const { return text_; }

  private:
    std::string_view text_;
};

/// The type of a parameter that takes a format string for `Args`, as std::format_string is.
template <class... Args>
using FormatFor = FormatString<std::type_identity_t<std::decay_t<const Args>>...>;

/// Arguments reduced to kinds, on the caller's stack, for the functions that are not templates.
template <class... Args>
constexpr std::array<Argument, sizeof...(Args)> arguments_of(const Args&... values) {
    return {Argument(static_cast<const std::decay_t<const Args>&>(values))...};
}

/// Appends `format` with each field replaced by its argument. A field without an argument, which
/// only an unchecked format can have, is shown as "{?}".
void format_arguments(TextBuffer& out, std::string_view format,
                      std::span<const Argument> arguments);

/// Appends formatted text: `format_to(out, "cpu {} at {:#x}", id, address)`.
/// Addresses and pointers are shown as 0x... without being asked.
template <class... Args>
void format_to(TextBuffer& out, FormatFor<Args...> format, const Args&... values) {
    format_arguments(out, format.text(), arguments_of(values...));
}

}  // namespace lib
