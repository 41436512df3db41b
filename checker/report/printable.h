#pragma once

#include <string>
#include <string_view>

namespace report {

/// Text that came from the guest, the compiler or a file's name, harmless on a terminal and in XML:
/// well-formed UTF-8 without control characters. Each of them, C0, DEL and C1, each byte that is no
/// UTF-8, and each character that is not seen but changes how others are shown (the directions of
/// bidirectional text, zero widths), becomes a `?`. So a line stays one line.
std::string printable(std::string_view text);

/// The same for text of several lines: line ends stay.
std::string printable_lines(std::string_view text);

}  // namespace report
