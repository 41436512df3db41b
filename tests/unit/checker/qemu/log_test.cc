#include "checker/qemu/log.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/unit/checker/guest/fixture.h"

using qemu::Log;
using qemu::LoggedException;

namespace {

Log qemu_log(std::string_view text) {
    Log log;
    log.append(text);
    return log;
}

// As QEMU logs it, without the dump; `check` as "old new", empty for INT n.
std::string logged(std::string_view check, unsigned vector, unsigned error, std::uint64_t ip,
                   std::uint64_t sp) {
    const std::size_t blank = check.find(' ');
    return (check.empty() ? ""
                          : fmt::format("check_exception old: 0x{} new 0x{}\n",
                                        check.substr(0, blank), check.substr(blank + 1))) +
           fmt::format(
               "     0: v={:02x} e={:04x} i={} cpl=0 IP=0008:{:016x} pc={:016x} "
               "SP=0010:{:016x}{}\nRAX=0\n",
               vector, error, check.empty() ? 1 : 0, ip, ip, sp,
               vector == 14 ? " CR2=00000000000000b8" : "");
}

std::vector<unsigned> vectors(const std::vector<LoggedException>& chain) {
    std::vector<unsigned> result;
    result.reserve(chain.size());
    for (const LoggedException& exception : chain) {
        result.push_back(exception.delivered);
    }
    return result;
}

}  // namespace

TEST_CASE("qemu log: the chain that ends in a triple fault") {
    const Log log = qemu_log(fixture::read("qemu/5-nx-wp.log"));
    CHECK(log.triple_fault());
    const auto chain = log.fatal_chain();
    REQUIRE(chain.size() == 2);
    CHECK(!chain[0].while_delivering);
    CHECK(chain[0].delivered == 14);
    CHECK(chain[0].error == 0x0a);
    CHECK(chain[0].cr2 == 0xffffffff8012a048);
    CHECK(chain[0].linear_ip == 0xffffffff8010f382);
    REQUIRE(chain[0].registers);
    CHECK(chain[0].registers->control.efer.raw == 0x500);
    CHECK(chain[1].while_delivering == 14);
    CHECK(chain[1].met == 13);
    CHECK(chain[1].delivered == 8);
}

TEST_CASE("qemu log: 16-bit code, whose linear address is not its IP") {
    const auto chain = qemu_log(fixture::read("qemu/2-gdt.log")).fatal_chain();
    REQUIRE(chain.size() == 2);
    CHECK(chain[0].delivered == 13);
    CHECK(chain[0].error == 8);
    CHECK(chain[0].linear_ip == 0x8000 + chain[0].registers->rip);
}

TEST_CASE("qemu log: interrupts and the firmware's calls are no exceptions") {
    const Log log = qemu_log(fixture::read("qemu/solutions.log"));
    CHECK(!log.triple_fault());
    CHECK(log.exception_count() == 0);
    CHECK(log.fatal_chain().empty());
    CHECK(qemu_log(logged("", 0x10, 0, 0xe000, 0x7000)).exception_count() == 0);
}

TEST_CASE("qemu log: who was asked for an ID is whose LAPIC answered") {
    const Log log = qemu_log(
        "apic_mem_readl 0x20 = 0x02000000\n"
        "apic_mem_readl 0x30 = 0x03050014\n"
        "apic_mem_readl 0x20 = 0xb7000000\n"
        "apic_mem_writel 0x20 = 0x04000000\n");
    CHECK(log.lapics().asked() == std::set<std::uint32_t>{2, 0xb7});
    CHECK(log.lapics().told() == 1);
}

TEST_CASE("qemu log: an INIT beside the command register is a command too") {
    const Log log = qemu_log(
        "apic_deliver_irq dest 1 dest_mode 0 delivery_mode 0 vector 48 trigger_mode 0\n"
        "apic_deliver_irq dest 3 dest_mode 0 delivery_mode 5 vector 0 trigger_mode 0\n");
    REQUIRE(log.lapics().commands().size() == 1);
    CHECK(log.lapics().commands().front().apic_id == 3);
    CHECK(!log.lapics().commands().front().sipi);
}

TEST_CASE("qemu log: pieces may end anywhere") {
    const std::string text = fixture::read("qemu/1-identity-map.log");
    for (const std::size_t step : {1u, 2u, 63u, 64u, 65u, 4096u}) {
        Log log;
        for (std::size_t at = 0; at < text.size(); at += step) {
            log.append(std::string_view{text}.substr(at, step));
        }
        CHECK(log.triple_fault());
        CHECK(vectors(log.fatal_chain()) == std::vector<unsigned>{14, 8});
    }
}

TEST_CASE("qemu log: a log that breaks off, or is garbled, is read as far as it goes") {
    const std::string text = fixture::read("qemu/5-nx-wp.log");
    for (std::size_t size = 0; size < text.size(); size += 97) {
        Log log = qemu_log(text.substr(0, size));
        CHECK(!log.triple_fault());
        CHECK(log.fatal_chain().empty());
        CHECK(log.exceptions().size() <= 2);
    }
    Log log = qemu_log("check_exception old: 0x new 0x\n     0: v= e= pc= SP=\nTriple fault\n");
    CHECK(log.fatal_chain().empty());
    log.append(std::string(100'000, 'x'));
    log.append("\nTriple fault\n");
    CHECK(log.exceptions().empty());
}

TEST_CASE("qemu log: an exception that was handled is not in the chain of a later one") {
    const std::string text =
        logged("ffffffff e", 14, 2, 0x1000, 0x8000) + logged("ffffffff e", 14, 2, 0x1000, 0x8000) +
        logged("e d", 8, 0, 0x1000, 0x8000) + "check_exception old: 0x8 new 0xd\nTriple fault\n";
    CHECK(vectors(qemu_log(text).fatal_chain()) == std::vector<unsigned>{14, 8});
    CHECK(qemu_log(text).exception_count() == 3);
}

TEST_CASE("qemu log: what other CPUs do after the triple fault is not of its chain") {
    const std::string text =
        logged("ffffffff e", 14, 2, 0x1000, 0x8000) + logged("e d", 8, 0, 0x1000, 0x8000) +
        "check_exception old: 0x8 new 0xd\nTriple fault\n" + logged("", 0x40, 0, 0x2000, 0x9000) +
        logged("ffffffff e", 14, 2, 0x2000, 0x9000);
    CHECK(vectors(qemu_log(text).fatal_chain()) == std::vector<unsigned>{14, 8});
    CHECK(qemu_log(text).exception_count() == 2);
}

TEST_CASE("qemu log: an interrupt is none, even right after an exception was met") {
    const std::string text = "check_exception old: 0xffffffff new 0xe\n" +
                             logged("", 0x40, 0, 0x2000, 0x9000) +
                             logged("", 0x08, 0, 0x2000, 0x9000);
    CHECK(qemu_log(text).exception_count() == 0);
}

TEST_CASE("qemu log: a double fault that was handled has its cause before it") {
    const Log log = qemu_log(
        logged("ffffffff e", 14, 2, 0x1000, 0x8000) + logged("ffffffff e", 14, 2, 0x2000, 0x8000) +
        logged("e e", 8, 0, 0x2000, 0x8000) + logged("ffffffff d", 13, 0, 0x3000, 0x9000));
    CHECK(vectors(log.chain_to(8, 0x2000)) == std::vector<unsigned>{14, 8});
    CHECK(vectors(log.chain_to(13, 0x3000)) == std::vector<unsigned>{13});
    CHECK(log.chain_to(8, 0x3000).empty());
    CHECK(log.fatal_chain().empty());
}

TEST_CASE("qemu log: a benign exception leads to the fault of its delivery") {
    const std::string text = logged("ffffffff 6", 6, 0, 0x1000, 0x8000) +
                             logged("ffffffff d", 13, 0x62, 0x1000, 0x8000) +
                             logged("d d", 8, 0, 0x1000, 0x8000) +
                             "check_exception old: 0x8 new 0xd\nTriple fault\n";
    CHECK(vectors(qemu_log(text).fatal_chain()) == std::vector<unsigned>{6, 13, 8});
}

TEST_CASE("qemu log: INT3 without a handler") {
    const std::string text =
        logged("", 3, 0, 0x1000, 0x8000) + logged("ffffffff d", 13, 0x32, 0x1001, 0x8000) +
        logged("d d", 8, 0, 0x1001, 0x8000) + "check_exception old: 0x8 new 0xd\nTriple fault\n";
    CHECK(vectors(qemu_log(text).fatal_chain()) == std::vector<unsigned>{3, 13, 8});
}

TEST_CASE("qemu log: without end, it keeps the first and the last exceptions") {
    Log log;
    constexpr unsigned count = 5000;
    for (unsigned i = 0; i < count; ++i) {
        log.append(logged("ffffffff e", 14, i & 0xf, 0x1000 + i, 0x8000));
    }
    CHECK(log.exception_count() == count);
    const auto kept = log.exceptions();
    CHECK(kept.size() < 1000);
    CHECK(kept.front().linear_ip == 0x1000);
    CHECK(kept.back().linear_ip == 0x1000 + count - 1);
}
