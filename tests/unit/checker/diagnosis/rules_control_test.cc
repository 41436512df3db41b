// Control registers written whole, instead of bit by bit.
#include <doctest/doctest.h>
#include <string>

#include "checker/judgement/judgement.h"
#include "tests/unit/checker/diagnosis/named.h"

using evidence::End;
using evidence::Evidence;
using named::control;
using named::registers;
namespace cr0 = x86::cr0;
namespace efer = x86::efer;

namespace {

std::string control_id(const Evidence& evidence, unsigned lab = 5) {
    return named::id(evidence, judgement::judge(synthetic::lab_5(), evidence).outcome, lab);
}

}  // namespace

TEST_CASE("efer-overwritten") {
    SUBCASE("in the trampoline: LME is gone") {
        Evidence evidence = synthetic::died_in_trampoline("rpal", 14, 0, "add [eax], al");
        control(evidence).efer = efer::nxe;
        control(evidence).cr0 |= cr0::pg;
        CHECK(control_id(evidence) == "efer-overwritten");
        CHECK(control_id(evidence, 4) == "lme-missing");
    }
    SUBCASE("in 64-bit code: refused") {
        Evidence evidence = synthetic::died_in_seam(13, 0, "wrmsr");
        registers(evidence).rcx = 0xc0000080;
        registers(evidence).rax = 0x800;
        CHECK(control_id(evidence) == "efer-overwritten");
        registers(evidence).rax = 0x900;
        CHECK(control_id(evidence) == "unknown");
        registers(evidence).rdx = 1;
        CHECK(control_id(evidence) == "efer-reserved-bits");
        registers(evidence).rcx = 0xc0001234;
        CHECK(control_id(evidence) == "wrong-msr");
    }
    SUBCASE("in 64-bit code: QEMU lets it pass, the comparison does not") {
        Evidence evidence = synthetic::healthy();
        evidence.end = End::panicked;
        control(evidence).efer &= ~efer::lme;
        control(evidence).cr0 &= ~cr0::wp;
        CHECK(control_id(evidence) == "efer-overwritten");
    }
}

TEST_CASE("cr0-overwritten") {
    Evidence evidence = synthetic::died_in_seam(13, 0, "mov cr0, rax");
    CHECK(control_id(evidence) == "cr0-overwritten");
    SUBCASE("QEMU switches paging off and runs on") {
        evidence = synthetic::died_in_seam(6, 0, "(bad)");
        control(evidence).cr0 = cr0::wp;
        CHECK(control_id(evidence) == "cr0-overwritten");
    }
    SUBCASE("not before there was paging, unless PE goes") {
        evidence = synthetic::died_in_trampoline("rp", 13, 0x18, "mov cr0, eax");
        registers(evidence).rax = (cr0::pg | cr0::pe).raw;
        CHECK(control_id(evidence) != "cr0-overwritten");
        registers(evidence).rax = cr0::pg.raw;
        CHECK(control_id(evidence) == "cr0-overwritten");
        registers(evidence).rax = (cr0::pg | cr0::pe | cr0::nw).raw;
        CHECK(control_id(evidence) == "cr0-overwritten");
        registers(evidence).rax = (cr0::pg | cr0::pe | cr0::nw | cr0::cd).raw;
        CHECK(control_id(evidence) != "cr0-overwritten");
    }
    SUBCASE("QEMU lets PE go and runs on") {
        evidence = synthetic::healthy();
        evidence.end = End::timed_out;
        evidence.cpus[1].trace = "";
        control(evidence).cr0 = cr0::pg;
        CHECK(control_id(evidence) == "cr0-overwritten");
    }
}

TEST_CASE("cr4-overwritten") {
    Evidence evidence = synthetic::died_in_trampoline("rp", 13, 0, "mov cr4, ebx");
    registers(evidence).rbx = 0x201000;
    CHECK(control_id(evidence) == "cr4-overwritten");
    SUBCASE("QEMU stands still at it") {
        evidence = synthetic::healthy();
        evidence.end = End::timed_out;
        evidence.cpus[1].trace = "rp";
        evidence.cpus[1].where = {0x8100, "long_mode", "4-long-mode/long_mode.asm", 20,
                                  "mov cr4, eax"};
        CHECK(control_id(evidence) == "cr4-overwritten");
        evidence.cpus[1].where.instruction = "mov cr3, eax";
        CHECK(control_id(evidence) != "cr4-overwritten");
    }
}
