#include "memory/bitmap.h"

#include <array>
#include <doctest/doctest.h>
#include <random>
#include <set>

namespace {

using memory::Bitmap;

TEST_CASE("a bitmap begins with what its words hold, until it is cleared") {
    std::array<std::uint64_t, 2> words{~0ull, 1};
    Bitmap bitmap(words);
    CHECK(bitmap.size() == 128);
    CHECK(bitmap.contains(63));
    CHECK(bitmap.contains(64));
    CHECK(!bitmap.contains(65));
    CHECK(!bitmap.contains(128));  // beyond the end: not a member
    bitmap.clear();
    CHECK(!bitmap.find(0, 128));
}

TEST_CASE("adding beyond the end is an error") {
    std::array<std::uint64_t, 1> words{};
    Bitmap bitmap(words);
    CHECK_THROWS(bitmap.add(64));
    CHECK_THROWS(bitmap.remove(64));
    CHECK_THROWS(bitmap.add_range(0, 65));
    bitmap.add_range(64, 64);  // nothing
    CHECK(words[0] == 0);
}

TEST_CASE("an empty bitmap has nothing to find") {
    const Bitmap bitmap;
    CHECK(!bitmap.find(0, 100));
    CHECK(Bitmap::words_for(0) == 0);
    CHECK(Bitmap::words_for(64) == 1);
    CHECK(Bitmap::words_for(65) == 2);
}

TEST_CASE("random use agrees with a set") {
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
        std::array<std::uint64_t, 4> words{};
        Bitmap bitmap(words);
        std::set<std::size_t> model;
        for (int step = 0; step < 40; ++step) {
            const std::size_t a = random() % 257;
            const std::size_t b = random() % 257;
            if (step % 4 == 0) {
                bitmap.add_range(a, b);
                for (std::size_t i = a; i < b; ++i) {
                    model.insert(i);
                }
            } else if (a < 256) {
                bitmap.remove(a);
                model.erase(a);
            }
            const auto expected = model.lower_bound(a);
            const auto found = bitmap.find(a, b);
            if (expected == model.end() || *expected >= b) {
                REQUIRE(!found);
            } else {
                REQUIRE(found == *expected);
            }
        }
    }
}

}  // namespace
