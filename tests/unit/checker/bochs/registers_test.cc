#include "checker/bochs/registers.h"

#include <doctest/doctest.h>

#include "checker/bochs/log.h"
#include "tests/unit/checker/guest/fixture.h"
#include "x86/control_registers.h"

using bochs::parse_cpus;
using bochs::parse_dump;

TEST_CASE("bochs registers: what the debugger shows of each CPU") {
    const auto cpus = parse_cpus(fixture::read("bochs/5-nx-wp.registers"), 4);
    REQUIRE(cpus.size() == 4);
    REQUIRE(cpus[1]);
    const evidence::Registers& ap = *cpus[1];
    CHECK(ap.halted);  // it shut down
    CHECK(ap.rip == 0xffffffff8010f382);
    CHECK(ap.rsp == 0x1e50);
    CHECK(ap.control == x86::ControlState{{0x80000011}, 0x201000, {0x20}, {0x500}});
    CHECK(ap.cr2 == 0xffffffff8012a048);
    CHECK(ap.cs.selector == 8);
    CHECK(ap.cs.long_mode);
    CHECK(!ap.cs.size_32);
    CHECK(ap.gdt.base == 0x8e18);
    CHECK(ap.gdt.limit == 0x17);
    REQUIRE(cpus[0]);
    CHECK(cpus[0]->gs.base > 0xffffffff80000000);
    CHECK(cpus[0]->control.efer.has(x86::efer::nxe));
    REQUIRE(cpus[2]);
    CHECK(cpus[2]->halted);
    CHECK(cpus[2]->cs.base == std::uint64_t{cpus[2]->cs.selector} * 16);
}

TEST_CASE("bochs registers: a CPU of which anything is missing is not told") {
    const std::string whole = fixture::read("bochs/solutions.registers");
    CHECK(parse_cpus(whole, 5).size() == 5);
    CHECK(parse_cpus(whole, 5)[3]);
    CHECK(!parse_cpus(whole, 5)[4]);
    CHECK(!parse_cpus("", 1)[0]);
    std::size_t told = 0;
    for (std::size_t size = 0; size < whole.size(); size += 59) {
        std::size_t now = 0;
        for (const auto& cpu : parse_cpus(whole.substr(0, size), 4)) {
            now += cpu ? 1 : 0;
        }
        CHECK(now >= told);
        told = now;
    }
}

TEST_CASE("bochs registers: the commands ask for what is read") {
    const std::string commands = bochs::register_commands(12);
    CHECK(commands.starts_with("show \"cpu12.RAX\"\n"));
    CHECK(commands.find("show \"cpu12.MSR.EFER\"\n") != std::string::npos);
    CHECK(commands.ends_with("\n"));
}

TEST_CASE("bochs registers: the dump in the log says the same, but for the tables") {
    bochs::Log log;
    log.append(fixture::read("bochs/5-nx-wp.log"));
    const auto shown = parse_cpus(fixture::read("bochs/5-nx-wp.registers"), 4);
    for (unsigned number = 0; number < 4; ++number) {
        CAPTURE(number);
        const auto dumped = parse_dump(log.dump(number));
        REQUIRE(dumped);
        const evidence::Registers& a = *dumped;
        const evidence::Registers& b = *shown[number];
        CHECK(a.halted == b.halted);
        CHECK(a.rip == b.rip);
        CHECK(a.rsp == b.rsp);
        CHECK(a.rax == b.rax);
        CHECK(a.r13 == b.r13);
        CHECK(a.control == b.control);
        CHECK((a.rflags & x86::rflags::if_.raw) == (b.rflags & x86::rflags::if_.raw));
        CHECK(a.cr2 == b.cr2);
        CHECK(a.cs.selector == b.cs.selector);
        CHECK(a.cs.base == b.cs.base);
        CHECK(a.cs.long_mode == b.cs.long_mode);
        CHECK(a.cs.size_32 == b.cs.size_32);
        CHECK(a.gs.base == b.gs.base);
    }
    log.append(fixture::read("bochs/4-long-mode.log"));
    const auto with_interrupts = parse_dump(log.dump(0));
    REQUIRE(with_interrupts);
    CHECK((with_interrupts->rflags & x86::rflags::if_.raw) != 0);
    CHECK(!parse_dump(""));
    CHECK(!parse_dump("CPU is in long mode (active)\nEFER   = 0x"));
}
