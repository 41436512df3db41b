// Text made of values, without a heap: `format_to(line, "cpu {:>2} at {:#x}", cpu, address)`.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "x86/address.h"
#include "x86/flags.h"

namespace lib {

/// Writes text into storage that the caller owns. It leaves out what does not fit, and the text
/// then ends in "...", so that nobody takes it for the whole.
class TextBuffer {
  public:
    explicit constexpr TextBuffer(std::span<char> storage) : storage_(storage) {}
    TextBuffer(const TextBuffer&) = delete;
    TextBuffer& operator=(const TextBuffer&) = delete;

    constexpr void append(char character) {
        if (size_ < storage_.size()) {
            storage_[size_++] = character;
        } else {
            std::ranges::fill(storage_.last(std::min<std::size_t>(size_, 3)), '.');
        }
    }
    constexpr void append(std::string_view text) {
        for (const char character : text) {
            append(character);
        }
    }
    constexpr void append(char character, std::size_t count) {
        for (; count != 0; --count) {
            append(character);
        }
    }

    /// The text so far; valid until the next change.
    constexpr std::string_view text() const { return {storage_.data(), size_}; }

  private:
    std::span<char> storage_;
    std::size_t size_ = 0;
};

/// A value to be shown, its type reduced to a kind, so that one function formats them all. Text is
/// borrowed: it must outlive the Argument. Other types are refused: name their value first.
class Argument {
  public:
    enum class Kind : std::uint8_t { text, character, signed_integer, unsigned_integer, address };

    constexpr Argument(std::string_view text) : kind_(Kind::text), text_(text) {}
    constexpr Argument(const char* text) : Argument(std::string_view(text)) {}
    constexpr Argument(bool value) : Argument(value ? "true" : "false") {}
    constexpr Argument(char value)
        : kind_(Kind::character), number_(static_cast<unsigned char>(value)) {}
    template <std::signed_integral T>
    constexpr Argument(T value)
        : kind_(Kind::signed_integer), number_(static_cast<std::uint64_t>(value)) {}
    template <std::unsigned_integral T>
    constexpr Argument(T value) : kind_(Kind::unsigned_integer), number_(value) {}
    constexpr Argument(x86::PhysicalAddress value) : kind_(Kind::address), number_(value.raw) {}
    constexpr Argument(x86::VirtualAddress value) : kind_(Kind::address), number_(value.raw) {}
    Argument(const void* value) : Argument(x86::address_of(value)) {}

    constexpr Kind kind() const { return kind_; }
    constexpr std::uint64_t number() const { return number_; }  // two's complement where signed
    constexpr std::string_view text() const { return text_; }

  private:
    Kind kind_;
    std::uint64_t number_ = 0;
    std::string_view text_;
};

/// A call of this function in a constant expression is how the compiler refuses a format string.
void fields_and_arguments_differ_in_number();

/// A format string for `count` arguments, counted by the compiler.
template <std::size_t count>
struct FormatString {
    std::string_view text;

    template <std::convertible_to<std::string_view> T>
    consteval FormatString(const T& format) : text(format) {
        if (std::ranges::count(text, '{') != count || std::ranges::count(text, '}') != count) {
            fields_and_arguments_differ_in_number();
        }
    }
};

/// Appends `format` with each field replaced by its argument. A field is `{}` or
/// `{:[<|>][#][0][width][x]}`: the side on which the value stands (by default numbers right, text
/// left), 0x before it, zeros instead of spaces, the least width, hexadecimal. Addresses are shown
/// as 0x... without being asked.
void format_arguments(TextBuffer& out, std::string_view format,
                      std::span<const Argument> arguments);

/// Values as Arguments, on the caller's stack, for the functions that are not templates.
template <class... Args>
constexpr std::array<Argument, sizeof...(Args)> arguments_of(const Args&... values) {
    return {Argument(values)...};
}

template <class... Args>
void format_to(TextBuffer& out, FormatString<sizeof...(Args)> format, const Args&... values) {
    format_arguments(out, format.text, arguments_of(values...));
}

/// Appends the names of the bits that are set, lowest first, with `separator` between them; "none"
/// if no bit is, "?" for one without a name.
template <class F, std::size_t count>
void append_names(TextBuffer& out, F value, const std::array<x86::NamedFlag<F>, count>& names,
                  std::string_view separator = " ") {
    std::string_view before;
    for (unsigned number = 0; number < 8 * sizeof(value.raw); ++number) {
        if (const auto flag = x86::flag<F>(number); value.has(flag)) {
            out.append(before);
            out.append(x86::name_of(flag, names));
            before = separator;
        }
    }
    if (value == F{}) {
        out.append("none");
    }
}

}  // namespace lib
