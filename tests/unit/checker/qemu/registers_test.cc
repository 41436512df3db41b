#include "checker/qemu/registers.h"

#include <doctest/doctest.h>

#include "tests/unit/checker/guest/fixture.h"

using qemu::parse_cpus;
using qemu::parse_registers;

TEST_CASE("qemu registers: a 64-bit CPU and one that never started") {
    const auto cpus = parse_cpus(fixture::read("qemu/5-nx-wp.registers"));
    REQUIRE(cpus.size() == 4);
    REQUIRE(cpus[1]);
    const evidence::Registers& ap = *cpus[1];
    CHECK(ap.rip == 0xffffffff8010f382);
    CHECK(ap.rsp == 0x3e50);
    CHECK(ap.control == x86::ControlState{{0x80000011}, 0x201000, {0x20}, {0x500}});
    CHECK(ap.cr2 == 0xffffffff8012a048);
    CHECK(ap.cs.selector == 8);
    CHECK(ap.cs.long_mode);
    CHECK(!ap.cs.size_32);
    CHECK(ap.gdt.base == 0x8e18);
    CHECK(ap.gdt.limit == 0x17);
    CHECK(ap.idt.limit == 0xffff);
    CHECK(!ap.halted);

    REQUIRE(cpus[0]);
    CHECK(cpus[0]->control.efer.has(x86::efer::nxe));
    CHECK(cpus[0]->gs.base >= 0xffffffff80000000);

    REQUIRE(cpus[3]);
    CHECK(cpus[3]->halted);
    CHECK(!cpus[3]->cs.long_mode);
    CHECK(cpus[3]->rip == 0xfd09a);
}

TEST_CASE("qemu registers: 16-bit code has a base") {
    const auto cpus = parse_cpus(fixture::read("qemu/2-gdt.registers"));
    REQUIRE(cpus.size() == 4);
    REQUIRE(cpus[1]);
    CHECK(cpus[1]->cs.selector == 0x800);
    CHECK(cpus[1]->cs.base == 0x8000);
    CHECK(!cpus[1]->cs.size_32);
    CHECK(cpus[1]->rip < 0x1000);
    CHECK(cpus[1]->control.cr0.has(x86::cr0::pe));
}

TEST_CASE("qemu registers: no text makes more of itself than it has") {
    const std::string whole = fixture::read("qemu/5-nx-wp.registers");
    for (std::size_t size = 0; size < whole.size(); size += 7) {
        const auto cpus = parse_cpus(whole.substr(0, size));
        CHECK(cpus.size() <= 4);
    }
    CHECK(parse_cpus("CPU#99999999999999999999\nCPU#\nCPU#x").empty());
    CHECK(parse_cpus("CPU#2\nRIP=12").size() == 3);
    CHECK(!parse_cpus("CPU#2\nRIP=12")[2]);
    CHECK(!parse_registers(""));
    CHECK(!parse_registers("CR0=11 CR2=0 CR3=zz CR4=0\nEFER=0"));
}
