#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace report {

/// Text that came from the guest, the compiler or a file's name, harmless on a terminal and in XML:
/// well-formed UTF-8 without control characters. Each of them, C0, DEL and C1, each byte that is no
/// UTF-8, and each character that is not seen but changes how others are shown (the directions of
/// bidirectional text, zero widths), becomes a `?`. So a line stays one line.
std::string printable(std::string_view text);

/// The same for text of several lines: line ends stay.
std::string printable_lines(std::string_view text);

/// A line's length in columns where nobody knows of a terminal, and at most on one: longer lines
/// are harder to read.
constexpr std::size_t usual_width = 80, largest_width = 100;

/// Of the labels of a report, without the indentation.
constexpr std::size_t label_width = 11;

/// How a report looks: its colour, or the absence of it (only a terminal gets colour, and none
/// where NO_COLOR is set), and how many columns its lines have.
class Style {
  public:
    explicit Style(bool coloured, std::size_t width = usual_width)
        : coloured_(coloured), width_(width) {}

    std::size_t width() const { return width_; }
    /// What is left of a line beside a label.
    std::size_t beside_label() const { return width_ - label_width - 4; }

    std::string bold(std::string_view text) const { return paint("1", text); }
    std::string red(std::string_view text) const { return paint("31", text); }
    std::string green(std::string_view text) const { return paint("32", text); }
    std::string yellow(std::string_view text) const { return paint("33", text); }
    std::string faint(std::string_view text) const { return paint("2", text); }

  private:
    std::string paint(std::string_view code, std::string_view text) const;

    bool coloured_;
    std::size_t width_;
};

/// Breaks a paragraph at spaces into lines of at most `width` bytes; a longer word stands alone,
/// whole.
std::vector<std::string> wrap(std::string_view paragraph, std::size_t width);

/// The same for lines that are laid out in columns: each is broken where columns meet, and only if
/// that is not enough at a space; what follows is indented by four.
std::vector<std::string> fold(const std::vector<std::string>& lines, std::size_t width);

/// "  label   line", the further lines below the first, made printable.
std::string row(std::string_view label, std::size_t width, const std::vector<std::string>& lines);

/// A paragraph beside its label, broken into lines; of several lines, each is one of its own.
std::string paragraph(std::string_view label, std::string_view text, const Style& style);

}  // namespace report
