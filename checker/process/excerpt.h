#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace process {

/// The beginning and the end of a text that may be without end, in bounded memory.
class Excerpt {
  public:
    Excerpt(std::size_t beginning, std::size_t end) : beginning_(beginning), end_(end) {}

    void append(std::string_view text);
    /// All bytes that came, kept or not.
    std::size_t total() const { return total_; }
    /// What was kept; where something is missing, a line says how much.
    std::string text() const;
    /// The same, without blanks and line ends at its end.
    std::string trimmed() const;

  private:
    std::size_t beginning_, end_;
    std::size_t total_ = 0;
    std::string head_, tail_;
};

}  // namespace process
