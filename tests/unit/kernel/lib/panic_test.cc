#include "lib/panic.h"

#include <doctest/doctest.h>
#include <string>

#include "tests/unit/kernel/panic.h"
#include "x86/address.h"

using test::reason_of;

TEST_CASE("panic: formats its reason, and cuts a long one") {
    CHECK(reason_of([] { lib::panic("no table at {}", x86::PhysicalAddress{0xe0000}); }) ==
          "no table at 0xe0000");
    const std::string long_text(400, 'x');
    const std::string reason = reason_of([&] { lib::panic("{}", long_text); });
    CHECK(reason == std::string(253, 'x') + "...");
}

TEST_CASE("assert: says what did not hold, and where") {
    CHECK(reason_of([] { ASSERT(1 + 1 == 2); }) == "");
    const int line = __LINE__ + 1;
    CHECK(reason_of([] { ASSERT(1 + 1 == 3); }) ==
          __FILE__ ":" + std::to_string(line) + ": 1 + 1 == 3 does not hold");
}

TEST_CASE("assert equal: shows both values, and evaluates each once") {
    int evaluations = 0;
    const auto next = [&evaluations] { return ++evaluations; };
    const int line = __LINE__ + 1;
    CHECK(reason_of([&] { ASSERT_EQUAL(next(), 7u); }) ==
          __FILE__ ":" + std::to_string(line) + ": next() == 7u does not hold: 1 is not 7");
    CHECK(evaluations == 1);

    CHECK(reason_of([] { ASSERT_EQUAL(sizeof(int), 4); }) == "");
    CHECK(reason_of([] { ASSERT_EQUAL(std::string_view("a"), "a"); }) == "");
    CHECK(reason_of([] { ASSERT_EQUAL('a', 'a'); }) == "");
    CHECK(reason_of([] { ASSERT_EQUAL(-1, 0xffffffffu); }) != "");
}
