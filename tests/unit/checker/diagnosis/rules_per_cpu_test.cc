// Each CPU's record, its GS base, and its LAPIC's id.
#include <doctest/doctest.h>

#include "tests/unit/checker/diagnosis/named.h"

using evidence::Cpu;
using evidence::Evidence;
using judgement::Outcome;

namespace {

std::string per_cpu_id(const Evidence& evidence, unsigned lab = 6) {
    return named::id(evidence, Outcome::not_yet, lab);
}

void forget_record(Cpu& cpu) {
    cpu.record->self = 0;
    cpu.record->id = 0;
    cpu.record->lapic_id = 0;
}

}  // namespace

TEST_CASE("GS bases") {
    Evidence evidence = synthetic::healthy_and_told();
    std::uint64_t& base = evidence.cpus[2].registers->gs.base;
    SUBCASE("another CPU's") {
        for (const unsigned other : {0u, 1u, 3u}) {
            base = evidence.cpus[other].record->address;
            CHECK(per_cpu_id(evidence) == "gs-base-shared");
        }
    }
    SUBCASE("half of the address") {
        base &= 0xffffffff;
        CHECK(per_cpu_id(evidence) == "gs-base-truncated");
    }
    SUBCASE("a local variable, or anything else") {
        base = 0x3eb8;
        CHECK(per_cpu_id(evidence) == "gs-base-wrong");
        base = 0xffffffff80140000;
        CHECK(per_cpu_id(evidence) == "gs-base-wrong");
    }
    SUBCASE("not of an AP that has not come so far") {
        base = 0x3eb8;
        evidence.cpus[2].trace = "rpalRJW123ABCXYEFGHIJKLD45";
        evidence.cpus[2].where.symbol = "smp::adopt_record";
        CHECK(per_cpu_id(evidence) == "unknown");
    }
}

TEST_CASE("records") {
    Evidence evidence = synthetic::healthy_and_told();
    Cpu& cpu = evidence.cpus[1];
    forget_record(cpu);
    SUBCASE("another's was filled: the BSP's, which then has this AP's LAPIC id") {
        evidence.cpus[0].record->lapic_id = 1;
        CHECK(per_cpu_id(evidence) == "record-of-another");
    }
    SUBCASE("another's was filled: that of a CPU which never started") {
        evidence.cpus[2].trace = "";
        evidence.cpus[2].where = {};
        evidence.cpus[2].registers = evidence::Registers{};
        evidence.cpus[2].arrival.reset();
        CHECK(per_cpu_id(evidence) == "record-of-another");
        forget_record(evidence.cpus[2]);
        CHECK(per_cpu_id(evidence) == "ap-not-started");
    }
    SUBCASE("one that nobody has, and then it died") {
        evidence.cpus[1].exceptions = {{13, 0, {}, cpu.where, ""}};
        CHECK(per_cpu_id(evidence) == "record-of-another");
    }
    SUBCASE("none was: init_percpu() left no letter") {
        cpu.trace = "rpalRJW123456";
        CHECK(per_cpu_id(evidence) == "record-missing");
        cpu.trace = "rpalRJW123";
        cpu.where.symbol = "smp::adopt_record";
        CHECK(per_cpu_id(evidence) == "unknown");
    }
    SUBCASE("none was, whatever the letters say") {
        cpu.registers->gs.base = 0;
        CHECK(per_cpu_id(evidence) == "letters-only");
        CHECK(per_cpu_id(evidence, 5) == "unknown");
    }
}

TEST_CASE("LAPIC ids") {
    Evidence evidence = synthetic::healthy_and_told();
    std::uint32_t& read = evidence.cpus[2].record->lapic_id;
    for (const std::uint32_t wrong : {0u, 1u, 0x200u, 0x14u, 0x1000000u}) {
        read = wrong;
        CHECK(per_cpu_id(evidence) == "lapic-id-wrong");
    }
    read = 0x2000000;
    CHECK(per_cpu_id(evidence) == "lapic-id-not-shifted");
    SUBCASE("the MADT decides, not the CPU's number") {
        evidence.cpus[2].apic_id = read = 7;
        CHECK(per_cpu_id(evidence) == "unknown");
    }
    SUBCASE("not of a record that was never filled") {
        evidence.cpus[2].record->self = 0;
        CHECK(per_cpu_id(evidence) == "unknown");
    }
}
