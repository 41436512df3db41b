#include "memory/bitmap.h"

#include <algorithm>
#include <bit>

#include "lib/panic.h"

namespace memory {
namespace {

constexpr std::size_t word_of(std::size_t number) {
    return number / Bitmap::bits_per_word;
}

constexpr std::uint64_t bit_of(std::size_t number) {
    return std::uint64_t{1} << (number % Bitmap::bits_per_word);
}

/// The bits of one word for numbers that are not below `number`.
constexpr std::uint64_t bits_from(std::size_t number) {
    return ~(bit_of(number) - 1);
}

}  // namespace

void Bitmap::clear() {
    std::fill(words_.begin(), words_.end(), 0);
}

bool Bitmap::contains(std::size_t number) const {
    return number < size() && (words_[word_of(number)] & bit_of(number)) != 0;
}

void Bitmap::add(std::size_t number) {
    ASSERT(number < size());
    words_[word_of(number)] |= bit_of(number);
}

void Bitmap::remove(std::size_t number) {
    ASSERT(number < size());
    words_[word_of(number)] &= ~bit_of(number);
}

void Bitmap::add_range(std::size_t first, std::size_t end) {
    if (first >= end) {
        return;
    }
    ASSERT(end <= size());
    const std::uint64_t first_bits = bits_from(first);
    const std::uint64_t last_bits = bit_of(end - 1) | (bit_of(end - 1) - 1);
    if (word_of(first) == word_of(end - 1)) {
        words_[word_of(first)] |= first_bits & last_bits;
        return;
    }
    words_[word_of(first)] |= first_bits;
    for (std::size_t word = word_of(first) + 1; word < word_of(end - 1); ++word) {
        words_[word] = ~std::uint64_t{0};
    }
    words_[word_of(end - 1)] |= last_bits;
}

std::optional<std::size_t> Bitmap::find(std::size_t first, std::size_t end) const {
    end = std::min(end, size());
    if (first >= end) {
        return std::nullopt;
    }
    std::uint64_t candidates = words_[word_of(first)] & bits_from(first);
    for (std::size_t word = word_of(first);;) {
        if (candidates != 0) {
            const std::size_t found =
                word * bits_per_word + static_cast<std::size_t>(std::countr_zero(candidates));
            return found < end ? std::optional(found) : std::nullopt;
        }
        if (++word > word_of(end - 1)) {
            return std::nullopt;
        }
        candidates = words_[word];
    }
}

}  // namespace memory
