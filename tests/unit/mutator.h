#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string_view>

#include "tests/unit/kernel/boot/byte_builder.h"

// From the sanitizers' runtime, which g++ brings along; clang++, which only reads this, lacks its
// header.
extern "C" void __sanitizer_set_death_callback(void (*callback)());

namespace test {

/// Damages bytes in the ways that firmware, loaders and cosmic rays do. What it does follows from
/// the seed alone, so a failure can be had again.
class Mutator {
  public:
    explicit Mutator(std::uint32_t seed) : random_(seed) {}

    /// A number below `end`, which must not be 0.
    std::size_t below(std::size_t end) { return random_() % end; }

    /// One to four damages.
    void damage(Bytes& bytes) {
        for (std::size_t left = 1 + below(4); left != 0; --left) {
            damage_once(bytes);
        }
    }

  private:
    void damage_once(Bytes& bytes) {
        if (bytes.empty()) {
            bytes.resize(below(4));
            return;
        }
        const std::size_t at = below(bytes.size());
        switch (below(8)) {
            case 0:
                bytes[at] ^= static_cast<std::byte>(1u << below(8));
                break;
            case 1:
                bytes[at] = static_cast<std::byte>(below(256));
                break;
            case 2:
                overwrite(bytes, at, interesting(bytes.size()), 1);
                break;
            case 3:
                overwrite(bytes, at, interesting(bytes.size()), 2);
                break;
            case 4:  // where most fields are: aligned, four bytes
                overwrite(bytes, at & ~std::size_t{3}, interesting(bytes.size()), 4);
                break;
            case 5:
                overwrite(bytes, at & ~std::size_t{7}, interesting(bytes.size()), 8);
                break;
            case 6:
                bytes.resize(at);
                break;
            case 7: {  // a piece once more, in another place
                const Bytes piece(
                    offset(bytes, at),
                    offset(bytes, at + below(std::min<std::size_t>(bytes.size() - at, 64))));
                bytes.insert(offset(bytes, below(bytes.size())), piece.begin(), piece.end());
                break;
            }
        }
    }

    static Bytes::iterator offset(Bytes& bytes, std::size_t index) {
        return bytes.begin() + static_cast<std::ptrdiff_t>(index);
    }

    /// A number at which comparisons and sums go wrong.
    std::uint64_t interesting(std::size_t size) {
        const std::array<std::uint64_t, 14> numbers{
            0,      1,          2,          7,          8,          0x7f,       0xff,
            0xffff, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff, UINT64_MAX, size};
        return numbers[below(numbers.size())] + below(3) - 1;
    }

    static void overwrite(Bytes& bytes, std::size_t at, std::uint64_t value, std::size_t size) {
        for (std::size_t i = 0; i != size && at + i < bytes.size(); ++i) {
            bytes[at + i] = static_cast<std::byte>(value >> (8 * i));
        }
    }

    std::mt19937 random_;
};

/// What became of damaged input.
struct Outcomes {
    unsigned accepted = 0;
    unsigned refused = 0;
};

/// The seed in use, for the last words of a process that a sanitizer ends.
inline std::uint32_t current_seed = 0;

/// Calls `action(mutator)` for the seeds 0..iterations-1.
template <class Action>
void fuzz(std::uint32_t iterations, Action action) {
    __sanitizer_set_death_callback(
        [] { std::fprintf(stderr, "fuzz: this happened with seed %u\n", current_seed); });
    for (current_seed = 0; current_seed != iterations; ++current_seed) {
        Mutator mutator(current_seed);
        action(mutator);
    }
}

/// Whether this can be shown to a person: some text on one line.
inline bool is_one_line(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char character) {
        return character >= ' ' && character <= '~';
    });
}

}  // namespace test
