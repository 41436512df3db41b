#include "boot/command_line.h"

#include <doctest/doctest.h>
#include <string>

using boot::number_option;
using boot::NumberOption;
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

TEST_CASE("number_option: digits, or what to take without them") {
    const NumberOption cpus{.name = "cpus", .lowest = 1, .highest = 32, .otherwise = 99};
    CHECK(*number_option("cpus=4", cpus) == 4);
    CHECK(*number_option("cpus=1", cpus) == 1);
    CHECK(*number_option("cpus=0032", cpus) == 32);
    CHECK(*number_option("", cpus) == 99);
    CHECK(*number_option("cpus=", cpus) == 99);
}

TEST_CASE("number_option: junk and what is out of range are errors that name it") {
    const NumberOption cpus{.name = "cpus", .lowest = 1, .highest = 32, .otherwise = 99};
    const auto error_for = [&cpus](std::string_view value) {
        const auto number = number_option("cpus=" + std::string(value), cpus);
        REQUIRE_FALSE(number);
        return std::string(number.error().text());
    };
    CHECK(error_for("four") == "boot: cpus=four is not a decimal number");
    CHECK(error_for("4x") == "boot: cpus=4x is not a decimal number");
    CHECK(error_for("-1") == "boot: cpus=-1 is not a decimal number");
    CHECK(error_for("0x4") == "boot: cpus=0x4 is not a decimal number");
    CHECK(error_for("0") == "boot: cpus=0 is not within 1..32");
    CHECK(error_for("33") == "boot: cpus=33 is not within 1..32");
    CHECK(error_for("18446744073709551616") ==
          "boot: cpus=18446744073709551616 is not a decimal number");
}

TEST_CASE("number_option: the whole of 64 bits") {
    const NumberOption any{.name = "n", .lowest = 0, .highest = UINT64_MAX, .otherwise = 0};
    CHECK(*number_option("n=18446744073709551615", any) == UINT64_MAX);
}

TEST_CASE("CommandLine: copies, and says when it had to cut") {
    boot::CommandLine line;
    CHECK(line.text().empty());
    line.assign("demo=off");
    CHECK(line.text() == "demo=off");
    CHECK_FALSE(line.truncated());

    const std::string exact(boot::CommandLine::capacity, 'x');
    line.assign(exact);
    CHECK(line.text() == exact);
    CHECK_FALSE(line.truncated());

    line.assign(exact + "y");
    CHECK(line.text() == exact);
    CHECK(line.truncated());

    line.assign("again");
    CHECK_FALSE(line.truncated());
}
