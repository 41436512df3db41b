#include "boot/command_line.h"

#include <doctest/doctest.h>
#include <string>

#include "tests/unit/kernel/panic.h"

using boot::option;

TEST_CASE("option: the value after the equals sign, up to the next space") {
    CHECK(option("panic=halt", "panic") == "halt");
    CHECK(option("demo=off  panic=poweroff tasks=8", "panic") == "poweroff");
    CHECK(option("  demo=off ", "demo") == "off");
    CHECK(option("path=a=b", "path") == "a=b");
}

TEST_CASE("option: empty where it is absent or has no value") {
    CHECK(option("", "panic").empty());
    CHECK(option("   ", "panic").empty());
    CHECK(option("panic", "panic").empty());
    CHECK(option("panic=", "panic").empty());
    CHECK(option("panic= halt", "panic").empty());
}

TEST_CASE("option: only a whole word's name counts") {
    CHECK(option("nopanic=halt", "panic").empty());
    CHECK(option("panics=halt", "panic").empty());
    CHECK(option("demo=panic=halt", "panic").empty());
}

TEST_CASE("option: the last of several counts, so that one may be added") {
    CHECK(option("panic=poweroff panic=halt", "panic") == "halt");
}

TEST_CASE("number_option: a number in its range, or what holds without one") {
    CHECK(boot::number_option("cpus=4 panic=poweroff", "cpus", 1, 32, 99) == 4);
    CHECK(boot::number_option("cpus=4 cpus=8", "cpus", 1, 32, 99) == 8);
    CHECK(boot::number_option("", "cpus", 1, 32, 99) == 99);
    CHECK(boot::number_option("cpus=", "cpus", 1, 32, 99) == 99);
    CHECK(boot::number_option("n=4294967294", "n", 0, UINT32_MAX, 0) == 4294967294);
}

TEST_CASE("number_option: junk and what is out of range are panics that name it") {
    const auto reason_for = [](std::string_view value) {
        return test::reason_of(
            [&] { boot::number_option("cpus=" + std::string(value), "cpus", 1, 32, 99); });
    };
    CHECK(reason_for("four") == "boot: cpus=four is not a decimal number");
    CHECK(reason_for("4x") == "boot: cpus=4x is not a decimal number");
    CHECK(reason_for("-1") == "boot: cpus=-1 is not a decimal number");
    CHECK(reason_for("0x4") == "boot: cpus=0x4 is not a decimal number");
    CHECK(reason_for("0") == "boot: cpus=0 is not within 1..32");
    CHECK(reason_for("33") == "boot: cpus=33 is not within 1..32");
    CHECK(reason_for("18446744073709551617") ==
          "boot: cpus=18446744073709551617 is not within 1..32");
}
