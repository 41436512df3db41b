#include <doctest/doctest.h>
#include <initializer_list>

#include "checker/guest/activity.h"
#include "tests/unit/checker/guest/memory_image.h"

namespace {

// 32-bit code at 0x1000 without paging; RIP is `offset` beyond its beginning.
std::optional<evidence::Loop> loop_of(std::initializer_list<unsigned> code, unsigned offset = 0) {
    MemoryImage image{0x8000};
    std::uint64_t at = 0x1000;
    for (const unsigned byte : code) {
        image.put(at++, static_cast<std::uint8_t>(byte));
    }
    image.put(at, std::uint8_t{0xc3});  // RET
    evidence::Registers registers;
    registers.control.cr0 = x86::cr0::pe;
    registers.cs.size_32 = true;
    registers.rip = 0x1000 + offset;
    const guest::Symbols symbols;
    return guest::loop_at({image, symbols}, registers);
}

}  // namespace

TEST_CASE("loop: without a way out") {
    REQUIRE(loop_of({0xeb, 0xfe}));  // JMP to itself
    CHECK(loop_of({0xeb, 0xfe})->endless);
    REQUIRE(loop_of({0xf3, 0x90, 0xeb, 0xfc}, 2));  // PAUSE, JMP
    CHECK(loop_of({0xf3, 0x90, 0xeb, 0xfc}, 2)->endless);
}

TEST_CASE("loop: with a condition") {
    const auto waits = loop_of({0x83, 0xf8, 0x05, 0x75, 0xfb});  // CMP, JNE back
    REQUIRE(waits);
    CHECK(!waits->endless);
    const auto leaves = loop_of({0x85, 0xc0, 0x74, 0x02, 0xeb, 0xfa}, 4);  // TEST, JE out, JMP
    REQUIRE(leaves);
    CHECK(!leaves->endless);
    const auto calls = loop_of({0xe8, 0, 0, 0, 0, 0xeb, 0xf9});  // CALL, JMP: it may not come back
    REQUIRE(calls);
    CHECK(!calls->endless);
}

TEST_CASE("loop: none") {
    CHECK(!loop_of({0x90, 0x90}));
    CHECK(!loop_of({0x75, 0x00}));              // a branch forward
    CHECK(!loop_of({0xff, 0xe0}));              // JMP EAX
    CHECK(!loop_of({0x0f, 0x0b, 0xeb, 0xfc}));  // UD2
}
