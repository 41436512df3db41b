#include "checker/judgement/judgement.h"

#include <array>
#include <doctest/doctest.h>

#include "checker/evidence/questions.h"
#include "checker/judgement/checks.h"
#include "checker/judgement/control_flag.h"
#include "tests/unit/checker/diagnosis/first_labs.h"
#include "tests/unit/checker/judgement/synthetic.h"

using evidence::End;
using evidence::Engine;
using evidence::Evidence;
using judgement::Outcome;
using synthetic::lab_5;

namespace {

Outcome outcome(const Evidence& evidence) {
    return judgement::judge(lab_5(), evidence).outcome;
}

unsigned points(const Evidence& evidence) {
    const std::array runs{judgement::judge(lab_5(), evidence)};
    return judgement::combine(lab_5(), runs).points;
}

}  // namespace

TEST_CASE("a kernel that comes up whole passes with all points") {
    CHECK(outcome(synthetic::passing()) == Outcome::passed);
    CHECK(points(synthetic::passing()) == 20);
}

TEST_CASE("the untouched lab is a fault and earns nothing") {
    for (const Engine engine : {Engine::qemu, Engine::bochs}) {
        CHECK(outcome(synthetic::documented_fault(engine)) == Outcome::fault);
        CHECK(points(synthetic::documented_fault(engine)) == 0);
    }
}

TEST_CASE("letters without the state earn nothing") {
    Evidence evidence = synthetic::documented_fault();
    evidence.end = End::powered_off;
    evidence.cpus[1].exceptions.clear();
    evidence.cpus[1].trace = "rpalRJW123ABCXYEFGHIJKLD456";
    CHECK(points(evidence) == 0);
    CHECK(outcome(evidence) == Outcome::not_yet);
}

TEST_CASE("half a lab earns its half") {
    SUBCASE("NXE without WP: the kernel's comparison stops it") {
        Evidence evidence = synthetic::passing();
        evidence.end = End::panicked;
        for (const unsigned cpu : {1u, 2u, 3u})
            evidence.cpus[cpu].registers->control.cr0 &= ~x86::cr0::wp;
        CHECK(outcome(evidence) == Outcome::not_yet);
        CHECK(points(evidence) == 9);
    }
    SUBCASE("WP without NXE dies all the same") {
        Evidence evidence = synthetic::documented_fault();
        evidence.cpus[1].registers->control.cr0 |= x86::cr0::wp;
        CHECK(outcome(evidence) == Outcome::fault);
        CHECK(points(evidence) == 4);
    }
}

TEST_CASE("a BSP brought down to the AP's level is no match") {
    Evidence evidence = synthetic::passing();
    for (evidence::Cpu& cpu : evidence.cpus)
        cpu.registers->control.cr0 &= ~x86::cr0::wp;
    CHECK(points(evidence) == 9);
    CHECK(outcome(evidence) == Outcome::not_yet);

    evidence = synthetic::passing();
    evidence.cpus[0].registers->control.cr0 &= ~x86::cr0::wp;
    CHECK(points(evidence) == 9);
}

TEST_CASE("every AP has to stand where it belongs") {
    Evidence evidence = synthetic::passing();
    SUBCASE("in 64-bit code") {
        evidence.cpus[2].registers->cs.long_mode = false;
    }
    SUBCASE("on the BSP's page tables") {
        evidence.cpus[2].registers->control.cr3 = 0x1000;
    }
    SUBCASE("with a GS base") {
        evidence.cpus[2].registers->gs.base = 0;
    }
    SUBCASE("with one of its own") {
        evidence.cpus[2].registers->gs.base = evidence.cpus[3].registers->gs.base;
    }
    SUBCASE("with the kernel's IDT") {
        evidence.cpus[2].registers->idt.base = 0x1000;
    }
    SUBCASE("with nothing global in the TLB of any") {
        evidence.cpus[0].registers->control.cr4 |= x86::cr4::pge;
    }
    SUBCASE("seen on its whole way through C++, where the engine can") {
        evidence = synthetic::passing(Engine::bochs);
        evidence.cpus[2].arrival->left.reset();
    }
    SUBCASE("in the scheduler") {
        evidence.cpus[2].where.symbol = "smp::match_bsp";
    }
    SUBCASE("at all") {
        evidence.cpus[2].where.symbol.clear();
        evidence.cpus[2].trace.clear();
        evidence.cpus[2].arrival.reset();
        evidence.cpus[2].registers = evidence::Registers{};
    }
    CHECK(outcome(evidence) == Outcome::not_yet);
    CHECK(points(evidence) == 17);
}

TEST_CASE("what counts of the page is what each AP found") {
    Evidence evidence = synthetic::healthy_and_told();
    first_labs::put(evidence, first_labs::right_tables());
    const auto page = evidence.trampoline->page;
    for (evidence::Cpu& cpu : evidence.cpus)
        if (cpu.arrival) {
            cpu.found = page;
            cpu.arrival->registers.gdt.base =
                trampoline::tables_address + offsetof(trampoline::Tables, gdt64);
        }
    const auto answer = [&](std::string_view check) {
        return judgement::check_named(check)({}, evidence).answer;
    };
    using enum judgement::Finding::Answer;
    CHECK(answer("table-pointers-right") == yes);
    auto wrong = evidence.cpus[3].found;
    SUBCASE("tables that were put right later") {
        wrong[trampoline::tables_address - trampoline::page_address] = std::byte{1};
        evidence.cpus[3].found = wrong;
        CHECK(answer("table-pointers-right") == no);
    }
    SUBCASE("tables elsewhere") {
        evidence.cpus[3].arrival->registers.gdt.base = 0x8b00;
        CHECK(answer("table-pointers-right") == no);
    }
    SUBCASE("code that was put right later") {
        evidence.engine = Engine::bochs;
        wrong[0] = std::byte{0xcc};
        evidence.cpus[3].found = wrong;
        CHECK(answer("page-is-image") == no);
    }
    SUBCASE("a start that nobody saw") {
        evidence.cpus[3].found.clear();
        CHECK(answer("page-is-image") == no);
        CHECK(answer("table-pointers-right") == no);
    }
}

TEST_CASE("each end has its outcome") {
    Evidence evidence = synthetic::passing();
    SUBCASE("hang") {
        evidence.end = End::timed_out;
        CHECK(outcome(evidence) == Outcome::hang);
    }
    SUBCASE("an AP that the BSP gave up") {
        evidence.cpus[1].where.symbol.clear();
        evidence.cpus[1].trace = "rpalRJW123";
        CHECK(outcome(evidence) == Outcome::hang);
    }
    SUBCASE("it broke the emulator") {
        evidence.end = End::engine_broken;
        CHECK(outcome(evidence) == Outcome::fault);
        CHECK(points(evidence) == 0);
    }
    SUBCASE("it wrote over given code") {
        evidence.overwritten = evidence::Overwritten{};
        CHECK(outcome(evidence) == Outcome::not_yet);
        CHECK(points(evidence) == 0);
    }
    SUBCASE("flood") {
        evidence.end = End::flooded;
        CHECK(outcome(evidence) == Outcome::hang);
    }
    SUBCASE("reset by a port") {
        evidence.end = End::reset;
        CHECK(outcome(evidence) == Outcome::reset);
    }
    SUBCASE("switched off, but not by the kernel") {
        evidence.cpus[0].where.symbol = "cpu::sleep_us";
        CHECK(outcome(evidence) == Outcome::reset);
        evidence.cpus[0].where.symbol = "acpi::power_off";
        CHECK(outcome(evidence) == Outcome::passed);
        evidence.cpus[0].callers.clear();  // nobody has called it
        CHECK(outcome(evidence) == Outcome::reset);
        evidence.cpus[0].callers.push_back({.symbol = "kernel_main"});
        evidence.cpus[0].registers.reset();
        CHECK(outcome(evidence) == Outcome::reset);
    }
    SUBCASE("reset by an unhandled INT3") {
        evidence = synthetic::died_in_seam(3, 0, "int3");
        CHECK(outcome(evidence) == Outcome::reset);
    }
    SUBCASE("an exception that the kernel caught") {
        evidence = synthetic::documented_fault();
        evidence.end = End::panicked;
        CHECK(outcome(evidence) == Outcome::fault);
    }
    SUBCASE("the engine's own failure") {
        evidence.end = End::engine_failed;
        evidence.cpus.clear();
        CHECK(outcome(evidence) == Outcome::checker_error);
    }
    SUBCASE("an engine that keeps the registers to itself") {
        evidence.cpus[3].registers.reset();
        CHECK(outcome(evidence) == Outcome::checker_error);
    }
}

TEST_CASE("a lab has the worst outcome and only what no engine denies") {
    const auto passed = judgement::judge(lab_5(), synthetic::passing());
    const auto fault = judgement::judge(lab_5(), synthetic::documented_fault(Engine::bochs));
    judgement::RunVerdict error;
    error.findings.resize(lab_5().facts.size());

    const auto combine = [](std::initializer_list<judgement::RunVerdict> runs) {
        return judgement::combine(lab_5(), std::vector(runs));
    };
    CHECK(combine({passed, fault}).outcome == Outcome::fault);
    CHECK(combine({passed, fault}).points == 0);
    CHECK(combine({fault, passed}).points == 0);
    CHECK(combine({passed, error}).outcome == Outcome::checker_error);
    CHECK(combine({passed, error}).points == 20);
    CHECK(combine({error, fault}).outcome == Outcome::fault);
    CHECK(combine({error}).outcome == Outcome::checker_error);
    CHECK(combine({}).outcome == Outcome::checker_error);
}

TEST_CASE("the documented fault is recognised, its neighbours are not") {
    const auto documented = [](const Evidence& evidence) {
        return judgement::is_documented(lab_5(), evidence, Outcome::fault, "nxe-missing");
    };
    Evidence evidence = synthetic::documented_fault();
    CHECK(documented(evidence));
    CHECK(documented(synthetic::documented_fault(Engine::bochs)));
    SUBCASE("an older QEMU sets P as well") {
        evidence.cpus[1].exceptions[0].error = 0x0b;
        CHECK(documented(evidence));
        return;
    }
    SUBCASE("a read") {
        evidence.cpus[1].exceptions[0].error = 0x08;
    }
    SUBCASE("elsewhere") {
        evidence.cpus[1].exceptions[0].where.symbol = "cpu::other";
    }
    SUBCASE("earlier") {
        evidence.cpus[1].trace = "rpalRJW123";
    }
    SUBCASE("another chain") {
        evidence.cpus[1].exceptions.pop_back();
    }
    CHECK_FALSE(documented(evidence));
}

TEST_CASE("the NMI that stops a CPU is not its fault") {
    Evidence evidence = synthetic::passing();
    evidence.cpus[2].exceptions.push_back({2, {}, {}, {}, {}});
    CHECK_FALSE(evidence::oldest_exception(evidence.cpus[2]));
    CHECK(outcome(evidence) == Outcome::passed);
}

TEST_CASE("flags go by the manual's names") {
    CHECK(judgement::control_flag("efer.nxe")->mask == 0x800);
    CHECK(judgement::control_flag("cr4.pae")->full_name() == "CR4.PAE");
    CHECK_FALSE(judgement::control_flag("efer.wp"));
    CHECK(judgement::bit_names(judgement::ControlFlag::Register::efer, 0x500) == "LME LMA");
    CHECK(judgement::bit_names(judgement::ControlFlag::Register::efer, 0) == "-");
}

TEST_CASE("who comes up in one engine does not get away with hiding from the other") {
    const lab::Lab lab = synthetic::lab_5();
    Evidence hidden = synthetic::passing(evidence::Engine::bochs);
    hidden.end = End::reset;
    for (evidence::Cpu& cpu : hidden.cpus)
        cpu.registers.reset();
    const judgement::RunVerdict up = judgement::judge(lab, synthetic::passing()),
                                gone = judgement::judge(lab, hidden);
    CHECK(judgement::combine(lab, std::vector{up, gone}).points == 0);
    CHECK(judgement::combine(lab, std::vector{up}).points == 20);
}
