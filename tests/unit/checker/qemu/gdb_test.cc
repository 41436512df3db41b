#include <doctest/doctest.h>

#include "checker/qemu/process.h"
#include "checker/qemu/talk.h"

namespace {

std::string cat(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (const std::string_view part : parts) {
        text += part;
    }
    return text;
}

}  // namespace

TEST_CASE("gdb: what is said ends in a checksum") {
    CHECK(qemu::gdb_continue() == "$c#63");
    CHECK(qemu::gdb_set_breakpoint(0xffffffff8011a000) == "$Z1,ffffffff8011a000,1#ff");
    CHECK(qemu::gdb_remove_breakpoint(0x8000) == "$z1,8000,1#fc");
    CHECK(qemu::gdb_continue(0x8001) == "$c8001#2c");
}

TEST_CASE("gdb: stops, as QEMU 7.2 tells them, in pieces") {
    const std::string text =
        cat({"+$OK#9a", "+$T05thread:02;#08", "+", "+$T05thread:p01.0a;#36", "$OK#9a"});
    for (const std::size_t step : {1u, 3u, 1000u}) {
        qemu::GdbReader gdb;
        for (std::size_t at = 0; at < text.size(); at += step) {
            gdb.append(std::string_view{text}.substr(at, step));
        }
        CHECK(gdb.take_stop() == 1);
        CHECK(gdb.take_stop() == 9);
        CHECK(!gdb.take_stop());
    }
}

TEST_CASE("gdb: what is no stop at a breakpoint is dropped") {
    for (const std::string_view text :
         {"$T02thread:02;#05", "$T05thread:02;#05", "$T05thread:00;#06", "$T05thread:;#a6",
          "$T05thread:p;#16", "$T05#b9", "$W00#b7", "$#00", "#", "$$$###", "$T05thread:02;#xy"}) {
        CAPTURE(text);
        qemu::GdbReader gdb;
        gdb.append(text);
        CHECK(!gdb.take_stop());
        gdb.append("$T05thread:02;#08");
        gdb.append("$T05thread:03;#09");
        CHECK(gdb.take_stop().has_value());
    }
}

TEST_CASE("gdb: a packet without end takes no memory") {
    qemu::GdbReader gdb;
    gdb.append("$");
    for (int i = 0; i < 1000; ++i) {
        gdb.append("0123456789");
    }
    gdb.append("#00$T05thread:02;#08");
    CHECK(gdb.take_stop() == 1);
}

TEST_CASE("gdb: QEMU waits for a debugger at a descriptor, and opens no port") {
    const auto arguments = qemu::debugger_arguments();
    CHECK(arguments ==
          std::vector<std::string>{"-chardev", "socket,id=gdb,fd=6", "-gdb", "chardev:gdb", "-S"});
}
