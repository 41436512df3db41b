// The parts of the engine that only turn values into text, and back.
#include <algorithm>
#include <doctest/doctest.h>

#include "checker/engine/bochs_config.h"
#include "checker/engine/bochs_memory.h"
#include "checker/engine/bochs_options.h"
#include "checker/engine/excerpt.h"
#include "checker/engine/qemu_command.h"
#include "checker/engine/qmp.h"
#include "tests/unit/checker/evidence/fixture.h"

TEST_CASE("excerpt: the beginning and the end") {
    engine::Excerpt excerpt{3, 4};
    CHECK(excerpt.text().empty());
    excerpt.append("abc");
    excerpt.append("defg");
    CHECK(excerpt.text() == "abcdefg");
    excerpt.append("h");
    engine::Excerpt line{10, 10};
    line.append("one\n two \r\n");
    CHECK(line.trimmed() == "one\n two");
    CHECK(engine::Excerpt{1, 1}.trimmed().empty());
    CHECK(excerpt.text() == "abc\n[1 bytes are left out here]\nefgh");
    for (int i = 0; i < 1000; ++i) {
        excerpt.append("0123456789");
    }
    CHECK(excerpt.total() == 10'008);
    CHECK(excerpt.text().starts_with("abc\n["));
    CHECK(excerpt.text().ends_with("\n6789"));
    CHECK(excerpt.text().size() < 100);
}

TEST_CASE("qmp: events and answers, in pieces") {
    const std::string text = fixture::read("qemu/5-nx-wp.qmp");
    for (const std::size_t step : {1u, 7u, 100'000u}) {
        engine::QmpReader qmp;
        for (std::size_t at = 0; at < text.size(); at += step) {
            qmp.append(std::string_view{text}.substr(at, step));
        }
        CHECK(qmp.shutdown_reason() == "guest-reset");
        CHECK(qmp.take_answer() == "{}");
        const auto registers = qmp.take_answer();
        REQUIRE(registers);
        CHECK(registers->find("CPU#3") != std::string::npos);
        CHECK(!qmp.take_answer());
    }
}

TEST_CASE("qmp: what is no message is dropped") {
    engine::QmpReader qmp;
    qmp.append("hello\n\n[]\n17\n{\"event\": 3}\n{\"event\": \"SHUTDOWN\"}\n{\"return\": ");
    CHECK(qmp.shutdown_reason() == "");
    engine::QmpReader odd;
    odd.append("{\"event\": \"SHUTDOWN\", \"data\": {\"reason\": 5}}\n");
    CHECK(odd.shutdown_reason() == "");
    CHECK(!qmp.take_answer());
    qmp.append("\"ok\"}\n{\"error\": {\"desc\": \"no\"}}\n");
    CHECK(qmp.take_answer() == "ok");
    CHECK(qmp.take_answer() == "");
    CHECK(engine::qmp_monitor("info registers -a").find("\"info registers -a\"") !=
          std::string::npos);
}

namespace {

std::string value_of(const char* option, const std::vector<std::string>& arguments) {
    const auto at = std::ranges::find(arguments, option);
    REQUIRE(at != arguments.end());
    return *(at + 1);
}

}  // namespace

TEST_CASE("qemu command: what must be in it") {
    engine::Request request;
    request.cpus = 7;
    request.memory_mib = 64;
    const auto arguments = engine::qemu_arguments(request);
    const auto value_of = [&](const char* option) { return ::value_of(option, arguments); };
    CHECK(value_of("-smp") == "7");
    CHECK(value_of("-m") == "64M");
    CHECK(value_of("-nic") == "none");
    CHECK(value_of("-sandbox").starts_with("on,"));
    CHECK(value_of("-icount").find("sleep=off") != std::string::npos);
    CHECK(value_of("-object").find("size=64M") != std::string::npos);
}

TEST_CASE("qemu command: the three ways to a kernel") {
    engine::Request request;
    request.kernel_elf = "one, two/kernel.elf";
    request.iso = "one, two/sipi.iso";
    request.firmware = "firmware.bin";
    request.command_line = "panic=poweroff, and more";
    const auto rom = engine::qemu_arguments(request);
    CHECK(value_of("-bios", rom) == "firmware.bin");
    CHECK(value_of("-device", rom) == "loader,file=one,, two/kernel.elf");
    request.way = evidence::Way::elf;
    const auto elf = engine::qemu_arguments(request);
    CHECK(std::ranges::count(elf, "-bios") == 0);
    CHECK(value_of("-kernel", elf) == "one, two/kernel.elf");
    CHECK(value_of("-append", elf) == "panic=poweroff, and more");
    request.way = evidence::Way::iso;
    CHECK(
        value_of("-drive", engine::qemu_arguments(request)).ends_with(",file=one,, two/sipi.iso"));
}

TEST_CASE("bochs configuration: every CPU reports, and none ends Bochs") {
    engine::Request request;
    request.cpus = 3;
    const std::string config = engine::bochs_config(request, 2);
    CHECK(config.find("count=3,") != std::string::npos);
    CHECK(config.find("debug: action=ignore, cpu0=report, cpu1=report, cpu2=report\n") !=
          std::string::npos);
    CHECK(config.find("panic: action=fatal, cpu0=report, cpu1=report, cpu2=report, ") !=
          std::string::npos);
}

TEST_CASE("bochs configuration: the firmware, and each image of the kernel in its block") {
    const engine::Request request;
    const std::string config = engine::bochs_config(request, 3);
    CHECK(config.find("address=0xffff0000\n") != std::string::npos);
    CHECK(config.find("optramimage1: file=/proc/self/fd/9, address=0x100000\n") !=
          std::string::npos);
    CHECK(config.find("optramimage3: file=/proc/self/fd/11, address=0x140000\n") !=
          std::string::npos);
    CHECK(config.find("optramimage4") == std::string::npos);
    CHECK(config.find("cdrom") == std::string::npos);
    CHECK(config.find("BXSHARE") == std::string::npos);
}

TEST_CASE("bochs memory: what the debugger prints of a page") {
    const std::string answer = fixture::read("bochs/5-nx-wp.page");
    const auto page = engine::parse_examined(answer, 512);
    REQUIRE(page.size() == 4096);
    CHECK(page[0] == std::byte{0xfa});  // cli
    CHECK(page[8] == std::byte{0x8e});
    CHECK(engine::parse_examined(answer, 511).empty());
    CHECK(engine::parse_examined(answer.substr(0, 9000), 512).empty());
    CHECK(engine::parse_examined("", 512).empty());
}

TEST_CASE("bochs: its debugger is asked for where it waits for that") {
    const std::string until_2_8 =
        "  -rc filename     execute debugger commands stored in file\n"
        "  -dbglog filename specify Bochs internal debugger log file name\n";
    const std::string since_3_0 =
        "  -debugger        start Bochs internal debugger on startup\n" + until_2_8;
    CHECK(engine::debugger_options(until_2_8).empty());
    CHECK(engine::debugger_options(since_3_0) == std::vector<std::string>{"-debugger"});
    CHECK(engine::debugger_options("").empty());
}
