#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

namespace lib {

/// Writes text into storage that the caller owns, for code that has no heap: what does not fit is
/// left out, and the text then ends in "..." so that nobody takes it for the whole.
class TextBuffer {
  public:
    explicit constexpr TextBuffer(std::span<char> storage) : storage_(storage) {}
    TextBuffer(const TextBuffer&) = delete;
    TextBuffer& operator=(const TextBuffer&) = delete;

    constexpr void append(char character) {
        if (size_ < storage_.size()) {
            storage_[size_++] = character;
        } else {
            mark_truncated();
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

    constexpr void clear() {
        size_ = 0;
        truncated_ = false;
    }

    /// What has been written so far; valid until the next change.
    constexpr std::string_view text() const { return {storage_.data(), size_}; }
    constexpr bool truncated() const { return truncated_; }

  private:
    constexpr void mark_truncated() {
        truncated_ = true;
        const std::size_t dots = std::min<std::size_t>(size_, 3);
        std::fill(storage_.begin() + static_cast<std::ptrdiff_t>(size_ - dots),
                  storage_.begin() + static_cast<std::ptrdiff_t>(size_), '.');
    }

    std::span<char> storage_;
    std::size_t size_ = 0;
    bool truncated_ = false;
};

}  // namespace lib
