#pragma once

#include <span>
#include <string_view>

#include "lib/format.h"

namespace lib {

/// Stops the whole machine with this text as the reason. cpu/panic.cc defines it, so that this
/// folder needs nothing of cpu/; host tests define it to throw.
[[noreturn]] void panic_text(std::string_view reason);

/// Formats the reason, at most 256 characters of it, for panic_text.
[[noreturn]] void panic_arguments(std::string_view format, std::span<const Argument> arguments);

/// Stops the whole machine because the kernel cannot go on: `panic("no table at {}", address)`.
template <class... Args>
[[noreturn]] void panic(FormatFor<Args...> format, const Args&... values) {
    panic_arguments(format.text(), arguments_of(values...));
}

}  // namespace lib
