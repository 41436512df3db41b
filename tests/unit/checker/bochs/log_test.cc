#include "checker/bochs/log.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/unit/checker/guest/fixture.h"

using bochs::Log;

namespace {

Log bochs_log(std::string_view text) {
    Log log;
    log.append(text);
    return log;
}

}  // namespace

TEST_CASE("bochs log: the chain that ends in a triple fault, with Bochs's reasons") {
    const Log log = bochs_log(fixture::read("bochs/5-nx-wp.log"));
    REQUIRE(log.triple_fault() == 1u);
    const auto chain = log.fatal_chain();
    REQUIRE(chain.size() == 3);
    CHECK(chain[0].vector == 14);
    CHECK(chain[0].error == 0x0b);
    CHECK(chain[0].cr2 == 0xffffffff8012a048);
    CHECK(chain[0].reason == "PAE PTE: reserved bit is set 0x800000000012a023");
    CHECK(chain[1].vector == 13);
    CHECK(chain[1].error == 0x73);
    CHECK(!chain[1].cr2);
    CHECK(chain[1].reason.find("IDT entry extended attributes") != std::string::npos);
    CHECK(chain[2].vector == 8);
    CHECK(!log.reset());
    CHECK(!log.powered_off());
    CHECK(log.panic().empty());
    CHECK(log.cpu_count() == 4);
}

TEST_CASE("bochs log: power off and reset are different ends") {
    const Log off = bochs_log(fixture::read("bochs/solutions.log"));
    CHECK(off.powered_off());
    CHECK(!off.reset());
    CHECK(!off.triple_fault());
    // Bochs resets the machine when it switches it on.
    CHECK(!bochs_log("00000000000i[SYS   ] bx_pc_system_c::Reset(HARDWARE) called\n").reset());
    CHECK(bochs_log("00037517975i[SYS   ] bx_pc_system_c::Reset(SOFTWARE) called\n").reset());
    CHECK(bochs_log("00000000017d[CPUa  ] exception(0x06): error_code=0000\n")
              .exceptions(10)
              .size() == 1);
    CHECK(bochs_log("00000000017p[HD    ] >>PANIC<< no such disk\n").panic() == "no such disk");
}

TEST_CASE("bochs log: pieces may end anywhere, and the log too") {
    const std::string text = fixture::read("bochs/1-identity-map.log");
    for (const std::size_t step : {1u, 3u, 64u, 1000u}) {
        Log log;
        for (std::size_t at = 0; at < text.size(); at += step) {
            log.append(std::string_view{text}.substr(at, step));
        }
        REQUIRE(log.fatal_chain().size() == 3);
        CHECK(log.fatal_chain()[0].error == 0x10);
    }
    for (std::size_t size = 0; size < text.size(); size += 131) {
        const Log log = bochs_log(text.substr(0, size));
        CHECK(log.fatal_chain().size() <= 3);
    }
    for (const char* garbage : {"\n\n[\n]", "123d[CPU", "123d[CPU] x", "123d[CPU9999] exception(0x",
                                "123d[CPU1  ] exception(0xzz): error_code=", "[CPU0  ] x"}) {
        CHECK(bochs_log(std::string{garbage} + "\n").exception_count() == 0);
    }
}

TEST_CASE("bochs log: an exception that was handled leads to no other, in the same tick either") {
    const std::string handled = "00000000100d[CPU1  ] exception(0x0e): error_code=0010\n";
    const std::string first = "00000000100d[CPU1  ] exception(0x0e): error_code=0002\n";
    CHECK(bochs_log(handled + first).chain_to(1, 14, 2).size() == 1);
    const std::string double_fault = "00000000100d[CPU1  ] exception(0x08): error_code=0000\n";
    const auto chain = bochs_log(handled + first + first + double_fault).chain_to(1, 8, 0);
    REQUIRE(chain.size() == 3);
    CHECK(chain[0].error == 2);
    // A fault in the delivery of what is neither a page fault nor contributory is told after it.
    const std::string invalid = "00000000100d[CPU1  ] exception(0x06): error_code=0000\n";
    const std::string refused = "00000000100d[CPU1  ] exception(0x0d): error_code=0033\n";
    CHECK(bochs_log(invalid + refused).chain_to(1, 13, 0x33).size() == 2);
}

TEST_CASE("bochs log: a reason belongs to the exception that follows at the same time") {
    const Log log = bochs_log(
        "00000000100e[CPU1  ] something long ago\n"
        "00000000200d[CPU1  ] exception(0x06): error_code=0000\n"
        "00000000200e[CPU0  ] of another CPU\n"
        "00000000200d[CPU1  ] page walk for address 0x0000000000000000\n"
        "00000000200d[CPU1  ] exception(0x0d): error_code=0033\n");
    const auto exceptions = log.exceptions(1);
    REQUIRE(exceptions.size() == 2);
    CHECK(exceptions[0].reason.empty());
    CHECK(exceptions[1].reason.empty());
    CHECK(exceptions[1].error == 0x33);
    CHECK(log.exceptions(0).empty());
    CHECK(log.exceptions(7).empty());
}

TEST_CASE("bochs log: a double fault that was handled has its cause before it") {
    const Log log = bochs_log(
        "00000000100d[CPU1  ] exception(0x0e): error_code=0002\n"
        "00000000200d[CPU1  ] exception(0x0e): error_code=0002\n"
        "00000000200d[CPU1  ] exception(0x08): error_code=0000\n"
        "00000000300d[CPU1  ] exception(0x06): error_code=0000\n");
    CHECK(log.chain_to(1, 8, 0).size() == 2);
    CHECK(log.chain_to(1, 6, 0).size() == 1);
    CHECK(log.chain_to(1, 6, 1).empty());
    CHECK(log.chain_to(0, 8, 0).empty());
}

TEST_CASE("bochs log: without end, it keeps the last exceptions") {
    Log log;
    for (unsigned i = 0; i < 5000; ++i) {
        log.append(fmt::format("{:011}d[CPU1  ] exception(0x0e): error_code={:04x}\n", i, i));
    }
    CHECK(log.exception_count() == 5000);
    CHECK(log.exceptions(1).size() < 1000);
    CHECK(log.exceptions(1).back().error == 4999);
}
