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

/// Prints a whole line: `print("memory: {} frames free\n", count)`. The newline is supplied if it
/// is missing, and an unfinished line (write_raw) is ended first. Lines of several CPUs, of
/// interrupt handlers and of NMIs stay whole, and printing never deadlocks: a line printed by a
/// handler that interrupted this CPU's own printing follows right after the interrupted one.
template <class... Args>
void print(lib::FormatFor<Args...> format, const Args&... values) {
    print_arguments(format.text(), lib::arguments_of(values...));
}

/// Writes text as it is, a part of a line: "cpu 1: " before an AP adds its stage letters.
void write_raw(std::string_view text);

/// Gives the console to this CPU for good, for a panic: from now on it prints without the lock, on
/// a fresh line, and what other CPUs print is dropped, in the middle of a line too. False if
/// another CPU was first: its panic is the one to be seen. Stop the other CPUs between this and the
/// first print, or one last character of theirs may slip in.
bool seize();

}  // namespace console
