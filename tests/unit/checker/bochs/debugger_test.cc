#include "checker/bochs/debugger.h"

#include <doctest/doctest.h>

TEST_CASE("bochs breakpoints: which CPU stands where") {
    const auto hit = bochs::parse_breakpoint_hit(
        "c\n"
        "Next at t=39754126\n"
        "(0) [0x00000010e88c] 0008:ffffffff8010e88c (unk. ctxt): ret                       ; c3\n"
        "(12) Breakpoint 7, 0xffffffff8011a000 in ?? ()\n"
        "(12) [0x00000011a000] 0008:ffffffff8011a000 (unk. ctxt): nop                      ; 90\n");
    REQUIRE(hit);
    CHECK(hit->cpu == 12);
    CHECK(hit->address == 0xffffffff8011a000);
}

TEST_CASE("bochs breakpoints: what else the debugger prints is no stop at one") {
    for (const std::string_view text :
         {"", "c\n", "Next at t=1\n(0) [0x1] 0008:1 (unk. ctxt): ret ; c3\n",
          "(1) Breakpoint 7, in ?? ()\n", "(999999) Breakpoint 7, 0x10 in ?? ()\n",
          "() Breakpoint 7, 0x10 in ?? ()\n", "x (1) Breakpoint 7, 0x10 in ?? ()\n"}) {
        CAPTURE(text);
        CHECK(!bochs::parse_breakpoint_hit(text));
    }
}

TEST_CASE("bochs breakpoints: commands") {
    CHECK(bochs::set_breakpoints({0x10, 0xffffffff80000000}) == "lb 0x10\nlb 0xffffffff80000000\n");
    CHECK(bochs::delete_breakpoints(7, 2) == "d 7\nd 8\n");
    CHECK(bochs::set_breakpoints({}).empty());
    CHECK(bochs::places_to_stop(guest::Symbols{}, "ap_entry64").empty());
}
