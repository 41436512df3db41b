#include "checker/bochs/process.h"

#include <algorithm>
#include <doctest/doctest.h>

#include "checker/bochs/debugger.h"
#include "tests/unit/checker/guest/fixture.h"

TEST_CASE("bochs configuration: every CPU reports, and none ends Bochs") {
    engine::Request request;
    request.cpus = 3;
    const std::string config = bochs::config(request);
    CHECK(config.find("count=3,") != std::string::npos);
    CHECK(config.find("debug: action=ignore\ndebug: cpu0=report\ndebug: cpu1=report\n"
                      "debug: cpu2=report\n") != std::string::npos);
    CHECK(config.find("panic: cpu0=report\npanic: cpu1=report\npanic: cpu2=report\n"
                      "panic: apic0=report\n") != std::string::npos);
}

TEST_CASE("bochs configuration: the firmware, and each image of the kernel in its block") {
    const engine::Request request;
    const std::string config = bochs::config(request);
    CHECK(config.find("address=0xffff0000\n") != std::string::npos);
    CHECK(config.find("optramimage1: file=/proc/self/fd/41, address=0x100000\n") !=
          std::string::npos);
    CHECK(config.find("optramimage4: file=/proc/self/fd/44, address=0x160000\n") !=
          std::string::npos);
    CHECK(config.find("optramimage5") == std::string::npos);
    CHECK(config.find("cdrom") == std::string::npos);
    CHECK(config.find("BXSHARE") == std::string::npos);
}

TEST_CASE("bochs memory: what the debugger prints of a page") {
    const std::string answer = fixture::read("bochs/5-nx-wp.page");
    const auto page = bochs::parse_examined(answer, 512);
    REQUIRE(page.size() == 4096);
    CHECK(page[0] == std::byte{0xfa});  // cli
    CHECK(page[8] == std::byte{0x8e});
    CHECK(bochs::parse_examined(answer, 511).empty());
    CHECK(bochs::parse_examined(answer.substr(0, 9000), 512).empty());
    CHECK(bochs::parse_examined("", 512).empty());
}

TEST_CASE("bochs: its debugger is asked for where it waits for that") {
    const std::string until_2_8 =
        "  -rc filename     execute debugger commands stored in file\n"
        "  -dbglog filename specify Bochs internal debugger log file name\n";
    const std::string since_3_0 =
        "  -debugger        start Bochs internal debugger on startup\n" + until_2_8;
    CHECK(bochs::options_for(until_2_8).empty());
    CHECK(bochs::options_for(since_3_0) == std::vector<std::string>{"-debugger"});
    CHECK(bochs::options_for("").empty());
}

TEST_CASE("bochs: its HPET is left out where it can be") {
    const auto nohpet = [](std::string_view help) { return bochs::options_for(help).size() == 1; };
    CHECK(!nohpet("=====\n   Bochs x86 Emulator 2.6.11\n"));
    CHECK(nohpet("=====\n   Bochs x86 Emulator 2.7\n"));
    CHECK(nohpet("=====\n   Bochs x86 Emulator 3.0\n"));
}
