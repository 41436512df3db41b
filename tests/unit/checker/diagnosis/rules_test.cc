// Each rule with a wrong kernel that it names, and others that it leaves alone.
#include "checker/diagnosis/rules/rules.h"

#include <doctest/doctest.h>
#include <string>

#include "checker/diagnosis/diagnosis.h"
#include "checker/judgement/judgement.h"
#include "tests/unit/checker/diagnosis/named.h"

using evidence::End;
using evidence::Engine;
using evidence::Evidence;
using named::control;
using named::registers;
using synthetic::lab_5;
namespace cr0 = x86::cr0;
namespace cr4 = x86::cr4;
namespace efer = x86::efer;

namespace {

lab::Lab numbered(unsigned number) {
    lab::Lab lab = lab_5();
    lab.number = number;
    lab.directory = "4-long-mode";
    return lab;
}

std::string rule_id(const Evidence& evidence, const lab::Lab& lab = lab_5()) {
    const auto verdict = judgement::judge(lab, evidence);
    const auto found = diagnosis::diagnose(lab, evidence, verdict.outcome);
    return found ? found->id : "none";
}

// Nothing has run since: the registers are those that the exception found.
Evidence died_at_once(unsigned vector, std::uint32_t error, std::string instruction) {
    Evidence evidence = synthetic::died_in_seam(vector, error, std::move(instruction));
    evidence.cpus[1].where = evidence.cpus[1].exceptions[0].where;
    return evidence;
}

// A fetch that paging refused, right after it was turned on.
Evidence lost_trampoline(std::uint64_t cr3) {
    Evidence evidence = synthetic::died_in_trampoline("rpal", 14, 0x10, "jmp 0x8:0x8130");
    control(evidence).cr3 = cr3;
    control(evidence).cr0 |= cr0::pg;
    control(evidence).efer |= efer::lma | efer::nxe;
    evidence.cpus[1].exceptions[0].cr2 = evidence.cpus[1].exceptions[0].where.address;
    evidence.fault_walk = {1, synthetic::walk_to({}, x86::WalkOutcome::not_present)};
    return evidence;
}

}  // namespace

TEST_CASE("a pass and a checker error have no diagnosis") {
    CHECK(rule_id(synthetic::passing()) == "none");
    Evidence failed = synthetic::healthy();
    failed.end = End::engine_failed;
    CHECK(rule_id(failed) == "none");
}

TEST_CASE("nxe-missing") {
    CHECK(rule_id(synthetic::documented_fault()) == "nxe-missing");
    Evidence evidence = synthetic::documented_fault(Engine::bochs);
    SUBCASE("without a walk") {
        evidence.fault_walk.reset();
        CHECK(rule_id(evidence) == "nxe-missing");
    }
    SUBCASE("latent: the AP met no such page, the comparison stopped it") {
        evidence = synthetic::healthy();
        evidence.end = End::panicked;
        control(evidence).efer &= ~efer::nxe;
        CHECK(rule_id(evidence) == "nxe-missing");
    }
    SUBCASE("not where NXE is set") {
        control(evidence).efer |= efer::nxe;
        CHECK(rule_id(evidence) == "unknown");
    }
    SUBCASE("not where the BSP has none either") {
        evidence.cpus[0].registers->control.efer &= ~efer::nxe;
        CHECK(rule_id(evidence) == "unknown");
    }
    SUBCASE("not where another bit offends") {
        evidence.fault_walk->walk.reserved_bits = x86::bit(51);
        CHECK(rule_id(evidence) == "page-entry-garbage");
    }
    SUBCASE("not where the page is only absent") {
        evidence.cpus[1].exceptions[0].error = 0x02;
        evidence.fault_walk->walk = synthetic::walk_to({}, x86::WalkOutcome::not_present);
        CHECK(rule_id(evidence) == "not-mapped");
    }
}

TEST_CASE("nxe-too-late: the student's own code touches an NX page first") {
    Evidence evidence = synthetic::documented_fault();
    evidence.cpus[1].exceptions[0].where.file = "labs/5-nx-wp/match_bsp.cc";
    CHECK(rule_id(evidence) == "nxe-too-late");
    evidence.cpus[1].exceptions[0].where.file = "labs/6-per-cpu/match_bsp.cc";
    CHECK(rule_id(evidence) == "nxe-missing");
}

TEST_CASE("wp-missing") {
    Evidence evidence = synthetic::healthy();
    control(evidence).cr0 &= ~cr0::wp;
    evidence.end = End::panicked;
    CHECK(rule_id(evidence) == "wp-missing");
    SUBCASE("not while a CPU faulted") {
        evidence = synthetic::documented_fault();
        CHECK_FALSE(control(evidence).cr0.has(cr0::wp));
        CHECK(rule_id(evidence) == "nxe-missing");
    }
    SUBCASE("not where the AP never came so far") {
        evidence.cpus[1].trace = "rpalRJW123";
        CHECK(rule_id(evidence) == "unknown");
    }
    SUBCASE("not where the kernel stopped for something else") {
        control(evidence).cr0 |= cr0::wp;
        CHECK(rule_id(evidence) == "unknown");
    }
}

TEST_CASE("paging that leads nowhere") {
    CHECK(rule_id(lost_trampoline(0x103000)) == "identity-map-missing");
    CHECK(rule_id(lost_trampoline(0)) == "cr3-missing");
    CHECK(rule_id(lost_trampoline(0x5000)) == "cr3-wrong");
    SUBCASE("a data access is no fetch") {
        Evidence evidence = lost_trampoline(0x103000);
        evidence.cpus[1].exceptions[0].cr2 = 0x9000;
        CHECK(rule_id(evidence) != "identity-map-missing");
    }
}

TEST_CASE("half a way to long mode") {
    const lab::Lab lab_4 = numbered(4);
    Evidence evidence = synthetic::died_in_trampoline("rp", 13, 0, "jmp 0x0008:0x8130");
    SUBCASE("everything on: the jump is refused for another reason") {
        control(evidence).cr0 |= cr0::pg;
        CHECK(rule_id(evidence, lab_4) == "unknown");
    }
    SUBCASE("nothing on") {
        control(evidence).cr4 = {};
        control(evidence).efer = {};
        CHECK(rule_id(evidence, lab_4) == "long-mode-missing");
    }
    SUBCASE("no PAE") {
        control(evidence).cr4 = {};
        CHECK(rule_id(evidence, lab_4) == "pae-missing");
    }
    SUBCASE("no LME") {
        control(evidence).efer = {};
        evidence.cpus[1].exceptions[0].where.instruction = "mov cr0, eax";
        CHECK(rule_id(evidence, lab_4) == "lme-missing");
    }
    SUBCASE("no PG") {
        CHECK(rule_id(evidence, lab_4) == "paging-missing");
    }
}

TEST_CASE("descriptors") {
    Evidence evidence = synthetic::died_in_trampoline("rpal", 13, 8, "jmp 0x0008:0x8130");
    control(evidence).cr0 |= cr0::pg;
    control(evidence).efer |= efer::lma;
    CHECK(rule_id(evidence) == "gdt-entry-missing");
    SUBCASE("L and D, as Bochs says it") {
        evidence.cpus[1].exceptions[0].engine_text =
            "check_cs(0x0008): Both CS.L and CS.D_B bits enabled !";
        CHECK(rule_id(evidence) == "descriptor-l-and-d");
    }
    SUBCASE("a 32-bit CS in long mode") {
        evidence.cpus[1].exceptions[0] = {14, 2, 0x1234, {0x8130, "", "", 0, ""}, ""};
        CHECK(rule_id(evidence) == "cs-not-64-bit");
        registers(evidence).cs.long_mode = true;
        CHECK(rule_id(evidence) == "not-mapped");
    }
}

TEST_CASE("permissions of pages") {
    Evidence evidence = died_at_once(14, 0x03, "mov [rdi], al");
    evidence.cpus[1].exceptions[0].cr2 = 0xffffffff80012340;
    CHECK(rule_id(evidence) == "writes-read-only");
    evidence.cpus[1].exceptions[0].error = 0x11;
    CHECK(rule_id(evidence) == "executes-no-execute");
    control(evidence).efer &= ~efer::nxe;
    CHECK(rule_id(evidence) == "executes-no-execute");
}

TEST_CASE("mistakes that end in C++") {
    SUBCASE("GS base") {
        Evidence evidence = synthetic::died_in_seam(13, 0, "mov rbx, [rax]");
        evidence.cpus[1].trace = "rpalRJW123ABCXYEFGHIJKLD45";
        registers(evidence).rax = 0xf000ff53f000ff53;
        CHECK(rule_id(evidence) == "gs-base-missing");
        registers(evidence).gs.base = 0xffffd00000001000;
        CHECK(rule_id(evidence) == "unknown");
    }
    SUBCASE("the local APIC's physical address") {
        Evidence evidence = synthetic::died_in_seam(14, 0, "mov ebx, [rax]");
        evidence.cpus[1].exceptions[0].cr2 = 0xfee000b0;
        CHECK(rule_id(evidence) == "lapic-not-mapped");
        evidence.cpus[1].exceptions[0].cr2 = 0xfec000b0;
        CHECK(rule_id(evidence) == "not-mapped");
    }
    SUBCASE("SSE") {
        Evidence evidence = died_at_once(6, 0, "movups [rdi], xmm0");
        CHECK(rule_id(evidence) == "sse-not-enabled");
        control(evidence).cr4 |= cr4::osfxsr;
        CHECK(rule_id(evidence) == "unknown");
    }
    SUBCASE("the stack") {
        Evidence evidence = died_at_once(13, 0, "movaps [rsp], xmm0");
        registers(evidence).rsp = 0x8dd8;
        CHECK(rule_id(evidence) == "stack-misaligned");
        registers(evidence).rsp = 0x8dd0;
        CHECK(rule_id(evidence) == "unknown");
    }
    SUBCASE("a stack that a RET took the wrong word from is nobody's signature") {
        const Evidence evidence = synthetic::died_in_seam(13, 0, "ret");
        CHECK(rule_id(evidence) == "unknown");
    }
}

TEST_CASE("ends without a fault") {
    Evidence evidence = synthetic::healthy();
    evidence.cpus[1].trace = "rpalRJW123";
    SUBCASE("a seam that never returns") {
        CHECK(rule_id(evidence) == "unknown");
        evidence.cpus[1].where = {0, "smp::match_bsp", "labs/5-nx-wp/match_bsp.cc", 9, "pause"};
        evidence.cpus[1].registers->halted = false;
        CHECK(rule_id(evidence) == "seam-hang");
        CHECK(rule_id(died_at_once(13, 0, "ret")) == "return-address-overwritten");
    }
    SUBCASE("a reset") {
        evidence.end = End::reset;
        CHECK(rule_id(evidence) == "deliberate-reset");
        CHECK(rule_id(synthetic::died_in_seam(3, 0, "int3")) == "deliberate-reset");
        CHECK(rule_id(synthetic::died_in_seam(13, 0x1b, "int3")) == "deliberate-reset");
        CHECK(rule_id(synthetic::died_in_seam(6, 0, "ud2")) == "ran-into-ud2");
    }
    SUBCASE("switched off by an AP") {
        evidence.cpus[0].where.symbol = "cpu::sleep_us";
        CHECK(rule_id(evidence) == "deliberate-reset");
    }
    SUBCASE("a flood") {
        evidence.end = End::flooded;
        CHECK(rule_id(evidence) == "flood");
    }
    SUBCASE("an AP that never started") {
        evidence.cpus[1].trace = "";
        evidence.cpus[1].registers = evidence::Registers{};
        CHECK(rule_id(evidence) == "ap-not-started");
    }
}
