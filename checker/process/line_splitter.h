#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace process {

/// Cuts what arrives piece by piece into lines, in bounded memory: a line that is
/// too long is dropped.
class LineSplitter {
  public:
    explicit LineSplitter(std::size_t longest_line) : longest_line_(longest_line) {}

    /// Calls `read_line` with each line that `piece` completes, without its newline.
    template <class ReadLine>
    void append(std::string_view piece, ReadLine read_line) {
        std::size_t begin = 0;
        if (dropping_) {
            begin = piece.find('\n');
            if (begin == std::string_view::npos) {
                return;
            }
            ++begin;
            dropping_ = false;
        }
        for (std::size_t end; (end = piece.find('\n', begin)) != std::string_view::npos;
             begin = end + 1) {
            if (partial_.empty()) {
                read_line(piece.substr(begin, end - begin));
            } else {
                partial_ += piece.substr(begin, end - begin);
                read_line(std::string_view{partial_});
                partial_.clear();
            }
        }
        partial_ += piece.substr(begin);
        if (partial_.size() > longest_line_) {
            partial_.clear();
            dropping_ = true;
        }
    }

  private:
    std::size_t longest_line_;
    bool dropping_ = false;  // until the end of a line that was too long
    std::string partial_;    // the beginning of a line whose end has not come yet
};

}  // namespace process
