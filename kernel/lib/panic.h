// How a mistake ends: with its reason, before it can do more harm.
#pragma once

#include "lib/format.h"

namespace lib {

/// Stops the whole machine with this text as the reason. cpu/panic.cc defines it, so that this
/// folder needs nothing of cpu/; host tests define it to throw.
[[noreturn]] void panic_text(std::string_view reason);

/// Formats the reason, at most 256 characters of it, for panic_text.
[[noreturn]] inline void panic_arguments(std::string_view format,
                                         std::span<const Argument> arguments) {
    std::array<char, 256> storage;
    TextBuffer reason(storage);
    format_arguments(reason, format, arguments);
    panic_text(reason.text());
}

/// Stops the whole machine because the kernel cannot go on: `panic("no table at {}", address)`.
template <class... Args>
[[noreturn]] void panic(FormatString<sizeof...(Args)> format, const Args&... values) {
    panic_arguments(format.text, arguments_of(values...));
}

}  // namespace lib

/// Panics with the condition's own text, its file and its line unless it holds.
#define ASSERT(condition)         \
    (static_cast<bool>(condition) \
         ? void()                 \
         : lib::panic("{}:{}: {} does not hold", __FILE__, __LINE__, #condition))
