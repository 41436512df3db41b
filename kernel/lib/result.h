#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "lib/format.h"
#include "lib/panic.h"

namespace lib {

/// What went wrong, in words made for the serial line: `Error("pvh: version {} is too old",
/// version)`. One line without a full stop, cut at `capacity` characters.
class Error {
  public:
    static constexpr std::size_t capacity = 160;

    template <class... Args>
    explicit Error(FormatString<sizeof...(Args)> format, const Args&... values) {
        TextBuffer buffer(text_);
        format_to(buffer, format, values...);
        size_ = buffer.text().size();
    }

    std::string_view text() const { return {text_.data(), size_}; }

  private:
    std::array<char, capacity> text_;
    std::size_t size_;
};

/// A step that yields nothing but may go wrong: empty means that it went well.
using MaybeError = std::optional<Error>;

/// A T, or the reason why there is none.
template <class T>
class [[nodiscard]] Result {
  public:
    // NOLINTNEXTLINE(google-explicit-constructor): `return value;`
    Result(const T& value) : value_(value) {}
    // NOLINTNEXTLINE(google-explicit-constructor): `return Error(...);`
    Result(const Error& error) : error_(error) {}

    /// A T in place, to be filled in, for a T too large to be copied about.
    explicit Result(std::in_place_t) : value_(std::in_place) {}

    /// Replaces the value by the reason why there is none after all.
    Result& operator=(const Error& error) {
        value_.reset();
        error_ = error;
        return *this;
    }

    explicit operator bool() const { return value_.has_value(); }

    /// The value; asking for one that is not there panics.
    T& operator*() {
        ASSERT(value_.has_value());
        return *value_;
    }
    const T& operator*() const {
        ASSERT(value_.has_value());
        return *value_;
    }
    T* operator->() { return &**this; }
    const T* operator->() const { return &**this; }

    /// The reason; asking for it where there is a value panics.
    const Error& error() const {
        ASSERT(error_.has_value());
        return *error_;
    }

  private:
    std::optional<T> value_;
    std::optional<Error> error_;
};

}  // namespace lib
