#include <array>
#include <doctest/doctest.h>
#include <string_view>

#include "lib/format.h"

TEST_CASE("text buffer: what fits is kept whole") {
    std::array<char, 5> storage;
    lib::TextBuffer buffer(storage);
    CHECK(buffer.text().empty());
    buffer.append("abc");
    buffer.append('-', 2);
    CHECK(buffer.text() == "abc--");
}

TEST_CASE("text buffer: what does not fit is marked, and nothing is written behind the end") {
    std::array<char, 8> storage;
    storage.fill('#');
    lib::TextBuffer buffer({storage.data(), 6});
    buffer.append("abcdefg");
    CHECK(buffer.text() == "abc...");
    buffer.append("more");
    CHECK(buffer.text() == "abc...");
    CHECK(std::string_view(storage.data() + 6, 2) == "##");
}

TEST_CASE("text buffer: storage smaller than the mark") {
    std::array<char, 2> storage;
    lib::TextBuffer small(storage);
    small.append("abc");
    CHECK(small.text() == "..");

    lib::TextBuffer none({});
    none.append("abc");
    CHECK(none.text().empty());
}
