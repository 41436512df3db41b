#include "lib/result.h"

#include <array>
#include <doctest/doctest.h>
#include <stdexcept>
#include <string>

#include "lib/read_as.h"

TEST_CASE("Result: a value or a reason, and asking for the other one panics") {
    lib::Result<int> result = 7;
    CHECK(result);
    CHECK(*result == 7);
    CHECK_THROWS_AS(result.error(), std::runtime_error);

    result = lib::Error("no {} at {:#x}", "table", 0x1000);
    CHECK_FALSE(result);
    CHECK(result.error().text() == "no table at 0x1000");
    CHECK_THROWS_AS(*result, std::runtime_error);
}

TEST_CASE("Result: made in place") {
    lib::Result<std::array<int, 3>> result(std::in_place);
    CHECK(result);
    (*result)[1] = 5;
    CHECK((*result)[1] == 5);
}

TEST_CASE("Error: a long text is cut, visibly") {
    const lib::Error error("{}", std::string(300, 'x'));
    CHECK(error.text().size() == lib::Error::capacity);
    CHECK(error.text().ends_with("x..."));
}

TEST_CASE("read_as: at any offset, but not past the end") {
    constexpr std::array bytes{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4},
                               std::byte{5}};
    CHECK(lib::read_as<std::uint32_t>(bytes) == 0x04030201u);
    CHECK(lib::read_as<std::uint32_t>(bytes, 1) == 0x05040302u);
    CHECK_FALSE(lib::read_as<std::uint32_t>(bytes, 2));
    CHECK_FALSE(lib::read_as<std::uint8_t>(bytes, 5));
    CHECK_FALSE(lib::read_as<std::uint8_t>(bytes, SIZE_MAX));
}
