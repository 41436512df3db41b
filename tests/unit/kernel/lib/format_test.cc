#include "lib/format.h"

#include <array>
#include <concepts>
#include <cstdint>
#include <doctest/doctest.h>
#include <limits>
#include <string>

namespace {

template <class... Args>
std::string formatted(lib::FormatString<sizeof...(Args)> format, const Args&... values) {
    std::array<char, 256> storage;
    lib::TextBuffer out(storage);
    lib::format_to(out, format, values...);
    return std::string(out.text());
}

enum class Colour { red };

template <class T>
concept Formattable = std::constructible_from<lib::Argument, T>;
static_assert(Formattable<std::uint8_t> && Formattable<const char*> && Formattable<std::string>);
static_assert(Formattable<x86::PhysicalAddress> && Formattable<void*>);
static_assert(!Formattable<Colour> && !Formattable<double>);

}  // namespace

TEST_CASE("format: text around fields") {
    CHECK(formatted("") == "");
    CHECK(formatted("plain") == "plain");
    CHECK(formatted("{}", 1) == "1");
    CHECK(formatted("cpu {}: {} of {}.", 3, 4, 5) == "cpu 3: 4 of 5.");
    CHECK(formatted("{}{}", "a", 'b') == "ab");
}

TEST_CASE("format: the extremes of every integer type") {
    CHECK(formatted("{} {}", std::numeric_limits<std::int8_t>::min(),
                    std::numeric_limits<std::int8_t>::max()) == "-128 127");
    CHECK(formatted("{} {}", std::numeric_limits<std::int16_t>::min(),
                    std::numeric_limits<std::uint16_t>::max()) == "-32768 65535");
    CHECK(formatted("{} {}", std::numeric_limits<std::int32_t>::min(),
                    std::numeric_limits<std::uint32_t>::max()) == "-2147483648 4294967295");
    CHECK(formatted("{} {}", std::numeric_limits<std::int64_t>::min(),
                    std::numeric_limits<std::int64_t>::max()) ==
          "-9223372036854775808 9223372036854775807");
    CHECK(formatted("{} {}", 0, std::numeric_limits<std::uint64_t>::max()) ==
          "0 18446744073709551615");
    CHECK(formatted("{} {}", -1LL, 1ULL) == "-1 1");
    CHECK(formatted("{:x} {:x}", std::numeric_limits<std::int64_t>::min(), -1) ==
          "-8000000000000000 -1");
    CHECK(formatted("{:#x}", std::numeric_limits<std::uint64_t>::max()) == "0xffffffffffffffff");
}

TEST_CASE("format: hexadecimal, prefix, zeros and width") {
    CHECK(formatted("{:x}", 0xdeadbeefU) == "deadbeef");
    CHECK(formatted("{:#x}", 0) == "0x0");
    CHECK(formatted("{:08x}", 0xbeef) == "0000beef");
    CHECK(formatted("{:#010x}", 0xbeef) == "0x0000beef");
    CHECK(formatted("{:#6x}|", 0xbeef) == "0xbeef|");
    CHECK(formatted("{:02x}", 0x123) == "123");
    CHECK(formatted("{:05}", 42) == "00042");
    CHECK(formatted("{:05}", -42) == "-0042");
    CHECK(formatted("{:#06x}", -0xa) == "-0x00a");
    CHECK(formatted("{:0}", 5) == "5");
    CHECK(formatted("{:64}", 1) == std::string(63, ' ') + "1");
}

TEST_CASE("format: alignment, by default numbers right and text left") {
    CHECK(formatted("{:6}|{:6}|", 42, "ab") == "    42|ab    |");
    CHECK(formatted("{:>6}|{:>6}|", 42, "ab") == "    42|    ab|");
    CHECK(formatted("{:<6}|{:<6}|", 42, "ab") == "42    |ab    |");
    CHECK(formatted("{:<8x}|{:>8x}|", -0x1f, 0x1f) == "-1f     |      1f|");
    CHECK(formatted("{:1}|{:2}|", "long", 12345) == "long|12345|");
    CHECK(formatted("{:3}|{:>3}|", 'c', 'd') == "c  |  d|");
    CHECK(formatted("{:>7}|{:7}|", true, false) == "   true|false  |");
}

TEST_CASE("format: text of every sort") {
    const char array[] = "array";
    CHECK(formatted("{} {} {}", true, false, 'x') == "true false x");
    CHECK(formatted("{} {}", std::string_view("view"), std::string("string")) == "view string");
    CHECK(formatted("{:>8}|", array) == "   array|");
    CHECK(formatted("{}|{:2}|", "", "") == "|  |");
    CHECK(formatted("{}", std::string_view("with\0zero", 9)) == std::string("with\0zero", 9));
}

TEST_CASE("format: addresses and pointers are hexadecimal without being asked") {
    CHECK(formatted("{}", x86::VirtualAddress{0xffffffff80001234}) == "0xffffffff80001234");
    CHECK(formatted("{}", x86::PhysicalAddress{0x8000}) == "0x8000");
    CHECK(formatted("{:#018x}", x86::PhysicalAddress{0x8000}) == "0x0000000000008000");
    CHECK(formatted("{:016x}", x86::PhysicalAddress{0x8000}) == "0000000000008000");
    CHECK(formatted("{:>8}|{:<8}|", x86::PhysicalAddress{0x80}, x86::PhysicalAddress{0x80}) ==
          "    0x80|0x80    |");
    CHECK(formatted("{}", reinterpret_cast<const int*>(0xb8000)) == "0xb8000");
    CHECK(formatted("{}", static_cast<void*>(nullptr)) == "0x0");
}
