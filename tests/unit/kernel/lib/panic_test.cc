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
