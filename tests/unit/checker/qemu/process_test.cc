#include "checker/qemu/process.h"

#include <algorithm>
#include <doctest/doctest.h>

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
    const auto arguments = qemu::arguments(request);
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
    request.command_line = "panic=poweroff, and more";
    const auto rom = qemu::arguments(request);
    CHECK(value_of("-bios", rom) == "/proc/self/fd/8");
    CHECK(value_of("-device", rom) == "loader,file=/proc/self/fd/7");
    request.way = evidence::Way::elf;
    const auto elf = qemu::arguments(request);
    CHECK(std::ranges::count(elf, "-bios") == 0);
    CHECK(value_of("-kernel", elf) == "/proc/self/fd/7");
    CHECK(value_of("-append", elf) == "panic=poweroff, and more");
    request.way = evidence::Way::iso;
    CHECK(value_of("-drive", qemu::arguments(request)).ends_with(",file=/proc/self/fd/7"));
}

TEST_CASE("qemu: how much of a PC's RAM lies below 4 GiB") {
    constexpr std::uint64_t gib = std::uint64_t{1} << 30;
    CHECK(qemu::ram_below_4_gib("pc", gib) == gib);
    CHECK(qemu::ram_below_4_gib("pc", 4 * gib) == 3 * gib);
    CHECK(qemu::ram_below_4_gib("q35", 3 * gib) == 2 * gib);
}
