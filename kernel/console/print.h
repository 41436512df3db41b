// Whole lines from all CPUs, on the serial port.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "lib/format.h"

namespace console {

/// A line is formatted in this many bytes of the caller's stack; a longer one ends in "...".
inline constexpr std::size_t max_line = 256;

/// The part of print() that is not a template.
void print_arguments(std::string_view format, std::span<const lib::Argument> arguments);

/// Prints a line, with its '\n': `print("memory: {} frames free\n", count)`. An unfinished line
/// (write_raw) is ended first, and lines of several CPUs stay whole. Interrupt handlers may print;
/// handlers of exceptions and NMIs only after seize().
template <class... Args>
void print(lib::FormatString<sizeof...(Args)> format, const Args&... values) {
    print_arguments(format.text, lib::arguments_of(values...));
}

/// Writes text as it is, a part of a line: "cpu 1: " before an AP adds its stage letters.
void write_raw(std::string_view text);

/// Gives the console to this CPU for good, for a panic: from now on it prints without the lock, on
/// a fresh line, and what other CPUs print is dropped, in the middle of a line too.
void seize();

}  // namespace console
