#include "lib/bytes.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <doctest/doctest.h>
#include <numeric>
#include <vector>

namespace {

/// 0, 1, 2, ...: each byte says where it came from. On the heap, so that the sanitizer guards it.
std::vector<std::uint8_t> counting(std::size_t size) {
    std::vector<std::uint8_t> bytes(size);
    std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
    return bytes;
}

constexpr std::size_t sizes[] = {0, 1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 65};

}  // namespace

TEST_CASE("bytes: copies exactly as many as asked, at any alignment") {
    for (const std::size_t size : sizes) {
        for (std::size_t offset = 0; offset < 8; ++offset) {
            const auto source = counting(offset + size);
            std::vector<std::uint8_t> target(size + 2, 0xee);
            lib::copy_forwards(target.data() + 1, source.data() + offset, size);
            CHECK(target.front() == 0xee);
            CHECK(target.back() == 0xee);
            CHECK(std::equal(source.begin() + static_cast<std::ptrdiff_t>(offset), source.end(),
                             target.begin() + 1));
        }
    }
}

TEST_CASE("bytes: copies between overlapping regions in both directions") {
    for (const std::size_t size : sizes) {
        for (std::size_t from = 0; from < 20; ++from) {
            for (std::size_t to = 0; to < 20; ++to) {
                auto expected = counting(size + 20);
                auto actual = expected;
                std::memmove(expected.data() + to, expected.data() + from, size);
                lib::copy_overlapping(actual.data() + to, actual.data() + from, size);
                REQUIRE(actual == expected);
            }
        }
    }
}

TEST_CASE("bytes: fills exactly as many as asked") {
    for (const std::size_t size : sizes) {
        std::vector<std::uint8_t> actual(size + 2, 0x11);
        lib::fill(actual.data() + 1, 0xa5, size);
        std::vector<std::uint8_t> expected(size + 2, 0xa5);
        expected.front() = expected.back() = 0x11;
        CHECK(actual == expected);
    }
}

TEST_CASE("bytes: compares as unsigned, and not beyond the size") {
    CHECK(lib::compare("abc", "abd", 2) == 0);
    CHECK(lib::compare("abc", "abd", 3) < 0);
    CHECK(lib::compare("b", "a", 1) > 0);
    CHECK(lib::compare("\x80", "\x7f", 1) > 0);
    CHECK(lib::compare("a\0b", "a\0c", 3) < 0);
    CHECK(lib::compare(nullptr, nullptr, 0) == 0);
}

TEST_CASE("bytes: finds the first occurrence, and not beyond the size") {
    const char text[] = "banana";
    CHECK(lib::find(text, 'a', 6) == text + 1);
    CHECK(lib::find(text, 'n', 2) == nullptr);
    CHECK(lib::find(text, '\0', 7) == text + 6);
    CHECK(lib::find(nullptr, 'a', 0) == nullptr);
    const std::array<std::uint8_t, 2> high{0x7f, 0xff};
    CHECK(lib::find(high.data(), 0xff, 2) == &high[1]);
}

TEST_CASE("bytes: measures text") {
    CHECK(lib::length("") == 0);
    CHECK(lib::length("sipi") == 4);
    const std::vector<char> guarded{'a', 'b', '\0'};
    CHECK(lib::length(guarded.data()) == 2);
}
