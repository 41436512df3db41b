#include "cpu/symbols.h"

#include <array>
#include <doctest/doctest.h>
#include <string>

namespace {

// Two functions, the end of the code, and a function far above.
constexpr std::array<std::uint64_t, 4> addresses{0x1000, 0x1040, 0x2000, 0xffffffff80000000};
constexpr std::array<std::uint32_t, 4> names{0, 6, 13, 14};
constexpr cpu::SymbolTable table{addresses, names, "first\0second\0\0third"};

std::string found(std::uint64_t address) {
    const auto symbol = table.lookup(x86::VirtualAddress{address});
    return symbol ? std::string(symbol->name) + "+" + std::to_string(symbol->offset) : "";
}

template <class Append>
std::string text_of(Append append, std::uint64_t address) {
    std::array<char, 128> storage;
    lib::TextBuffer out(storage);
    append(out, x86::VirtualAddress{address}, table);
    return std::string(out.text());
}

}  // namespace

TEST_CASE("an address belongs to the function that begins last before it") {
    CHECK(found(0x1000) == "first+0");
    CHECK(found(0x103f) == "first+63");
    CHECK(found(0x1040) == "second+0");
    CHECK(found(0x1fff) == "second+4031");
    CHECK(found(0xffffffff80000000) == "third+0");
    CHECK(found(0xffffffffffffffff) == "third+2147483647");
}

TEST_CASE("an address outside of all code belongs to none") {
    CHECK(found(0) == "");
    CHECK(found(0xfff) == "");
    CHECK(found(0x2000) == "");
    CHECK(found(0xffffffff7fffffff) == "");
}

TEST_CASE("an empty table knows nothing") {
    const cpu::SymbolTable empty{{}, {}, ""};
    CHECK(!empty.lookup(x86::VirtualAddress{0x1000}));
}

TEST_CASE("locations are shown with and without a name") {
    CHECK(text_of(cpu::append_location, 0x1041) == "0x0000000000001041 second+0x1");
    CHECK(text_of(cpu::append_location, 0x2345) == "0x0000000000002345");
    // The last instruction of `first` is a call that never returns.
    CHECK(text_of(cpu::append_return_location, 0x1040) == "0x0000000000001040 first+0x40");
    CHECK(text_of(cpu::append_return_location, 0x1000) == "0x0000000000001000");
}
