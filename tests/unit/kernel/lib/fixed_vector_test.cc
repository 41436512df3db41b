#include "lib/fixed_vector.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <stdexcept>

namespace {

constexpr lib::FixedVector<int, 4> made() {
    lib::FixedVector<int, 4> items;
    items.push_back(3);
    items.push_back(1);
    items.push_back(2);
    std::sort(items.begin(), items.end());
    return items;
}
static_assert(made().size() == 3 && made()[0] == 1 && made().back() == 3);

}  // namespace

TEST_CASE("fixed vector: holds its capacity and not one more") {
    lib::FixedVector<int, 2> items;
    CHECK(items.empty());
    CHECK(items.try_push_back(1));
    items.push_back(2);
    CHECK(items.full());
    CHECK_FALSE(items.try_push_back(3));
    CHECK_THROWS_WITH_AS(items.push_back(3), "a FixedVector is full: it holds 2 items at most",
                         std::runtime_error);
    CHECK(items.size() == 2);
    CHECK(items[0] == 1);
    CHECK(items.back() == 2);

    items.clear();
    CHECK(items.empty());
    items.push_back(9);
    CHECK(items[0] == 9);
}

TEST_CASE("fixed vector: an index beyond the size is a panic, though storage is there") {
    lib::FixedVector<int, 4> items;
    CHECK_THROWS_AS(items[0], std::runtime_error);
    CHECK_THROWS_AS(items.back(), std::runtime_error);
    items.push_back(1);
    CHECK_NOTHROW(items[0]);
    CHECK_THROWS_AS(items[1], std::runtime_error);
    const auto& constant = items;
    CHECK_THROWS_AS(constant[1], std::runtime_error);
}

TEST_CASE("fixed vector: is a range") {
    int sum = 0;
    for (const int item : made()) {
        sum += item;
    }
    CHECK(sum == 6);
    const auto items = made();
    const std::span<const int> view = items;
    CHECK(view.size() == 3);
}
