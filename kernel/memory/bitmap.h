// A set of small numbers, one bit each, in storage that the caller owns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace memory {

class Bitmap {
  public:
    static constexpr std::size_t bits_per_word = 64;

    /// How many words hold the numbers below `count`.
    static constexpr std::size_t words_for(std::size_t count) {
        return (count + bits_per_word - 1) / bits_per_word;
    }

    constexpr Bitmap() = default;
    /// Holds numbers below 64 * words.size(). Begins with what `words` has: call clear().
    explicit constexpr Bitmap(std::span<std::uint64_t> words) : words_(words) {}

    constexpr std::size_t size() const { return words_.size() * bits_per_word; }

    void clear();
    bool contains(std::size_t number) const;
    void add(std::size_t number);
    void remove(std::size_t number);
    /// Adds first, first + 1, ... up to but not including end: a word at a time.
    void add_range(std::size_t first, std::size_t end);
    /// The smallest member from `first` up to but not including `end`.
    std::optional<std::size_t> find(std::size_t first, std::size_t end) const;

  private:
    std::span<std::uint64_t> words_;
};

}  // namespace memory
