// How an AP came into C++: its stack, its entry, the mailbox's address.
#include <doctest/doctest.h>

#include "tests/unit/checker/diagnosis/first_labs.h"
#include "tests/unit/checker/diagnosis/named.h"
#include "trampoline/mailbox.h"

using evidence::Evidence;
using judgement::Outcome;

namespace {

constexpr std::uint64_t entry = 0xffffffff8011a000;

std::string arrival_id(const Evidence& evidence, Outcome outcome = Outcome::not_yet) {
    return named::id(evidence, outcome, 4);
}

evidence::Registers& arrival(Evidence& evidence, unsigned cpu = 1) {
    return evidence.cpus[cpu].arrival->registers;
}

// CPU 1 stands in the trampoline after R, with `rbx`.
Evidence stopped_at_its_entry(std::uint64_t rbx) {
    Evidence evidence = synthetic::healthy_and_told();
    evidence::Cpu& cpu = evidence.cpus[1];
    cpu.trace = "rpalR";
    cpu.arrival.reset();
    cpu.where = {0x8220, "long_mode", "labs/4-long-mode/long_mode.asm", 70, "hlt"};
    cpu.registers->rbx = rbx;
    evidence.trampoline->image.at(0x200) = std::byte{0x73};  // JNC 0x8220
    evidence.trampoline->image.at(0x201) = std::byte{0x1e};
    evidence.trampoline->page = evidence.trampoline->image;
    evidence.trampoline->lines = {{0x8200, 0x8202, "labs/4-long-mode/long_mode.asm", 60}};
    return evidence;
}

// CPU 1 called `target`, where nothing is mapped.
Evidence called(std::uint64_t target) {
    Evidence evidence = synthetic::died_in_trampoline("rpalRJW", 14, 0x10, "");
    evidence.cpus[1].exceptions[0].where = {target, "", "", 0, ""};
    evidence.cpus[1].exceptions[0].cr2 = target;
    evidence.cpus[1].registers->cs.long_mode = true;
    evidence.cpus[1].registers->control.cr0 |= x86::cr0::pg;
    evidence.trampoline = synthetic::healthy_and_told().trampoline;
    return evidence;
}

}  // namespace

TEST_CASE("an AP that arrived as it should is nobody's case") {
    for (const unsigned lab : {1u, 2u, 3u, 4u, 5u, 6u})
        CHECK(named::id(synthetic::healthy_and_told(), Outcome::not_yet, lab) == "unknown");
}

TEST_CASE("stacks") {
    Evidence evidence = synthetic::healthy_and_told();
    SUBCASE("missing: still the trampoline's") {
        arrival(evidence).rsp = trampoline::stack_top - 8;
        CHECK(arrival_id(evidence) == "stack-missing");
    }
    SUBCASE("wrong: fixed, a page off, in the mailbox; not CPU 1's alone") {
        for (const std::uint64_t rsp : {0x6ff8u, 0x2ff8u, 0x4ff8u, 0x8f20u}) {
            arrival(evidence, 3).rsp = rsp;
            CHECK(arrival_id(evidence) == "stack-wrong");
        }
    }
    SUBCASE("wrong: the call has no room to push") {
        evidence = called(0);
        evidence.cpus[1].trace = "rpalRJW";
        evidence.cpus[1].registers->rsp = 0;
        evidence.cpus[1].exceptions[0] = {
            14, 2, 0xfffffffffffffff8, {0x8220, "long_mode", "", 0, "call rbx"}, ""};
        CHECK(arrival_id(evidence, Outcome::fault) == "stack-wrong");
        evidence.cpus[1].exceptions[0].cr2 = 0;
        CHECK(arrival_id(evidence, Outcome::fault) != "stack-wrong");
        evidence.cpus[1].exceptions[0] = {12, 0, {}, {0x8220, "long_mode", "", 0, "call rbx"}, ""};
        CHECK(arrival_id(evidence, Outcome::fault) != "stack-wrong");
        evidence.cpus[1].registers->rsp = 0x8000000000000000;
        CHECK(arrival_id(evidence, Outcome::fault) == "stack-wrong");
    }
    SUBCASE("misaligned: a push too many, and a jump") {
        arrival(evidence).rsp = 0x4000 - 16;
        CHECK(arrival_id(evidence) == "stack-misaligned");
        arrival(evidence).rsp = 0x4000;
        CHECK(arrival_id(evidence) == "stack-misaligned");
    }
    SUBCASE("right, if some of it is used already") {
        arrival(evidence).rsp = 0x4000 - 64 - 8;
        CHECK(arrival_id(evidence) == "unknown");
    }
    SUBCASE("before all that a wrong stack leads to") {
        arrival(evidence).rsp = 0x8f28 - 8;
        evidence.end = evidence::End::panicked;
        evidence.cpus[1].registers->control.cr0 &= ~x86::cr0::wp;
        CHECK(arrival_id(evidence) == "stack-wrong");
    }
}

TEST_CASE("mailbox-not-passed") {
    Evidence evidence = synthetic::healthy_and_told();
    arrival(evidence, 2).rdi = 0;
    CHECK(arrival_id(evidence) == "mailbox-not-passed");
    evidence.cpus[2].arrival.reset();
    CHECK(arrival_id(evidence) == "unknown");
}

TEST_CASE("the entry, refused") {
    CHECK(arrival_id(stopped_at_its_entry(entry & 0xffffffff), Outcome::hang) == "entry-truncated");
    CHECK(arrival_id(stopped_at_its_entry(0), Outcome::hang) == "entry-lost");
    CHECK(arrival_id(stopped_at_its_entry(entry), Outcome::hang) == "entry-check-wrong");
    SUBCASE("after J as well: a stage between BT and the jump") {
        Evidence evidence = stopped_at_its_entry(entry);
        evidence.cpus[1].trace = "rpalRJ";
        CHECK(arrival_id(evidence, Outcome::hang) == "entry-check-wrong");
    }
    SUBCASE("not elsewhere, not later, not where the kernel's entry is unknown") {
        Evidence evidence = stopped_at_its_entry(0);
        evidence.cpus[1].where.address = 0xffffffff80100000;
        CHECK(arrival_id(evidence, Outcome::hang) == "unknown");
        evidence = stopped_at_its_entry(0);
        evidence.cpus[1].trace = "rpalRJW";
        CHECK(arrival_id(evidence, Outcome::hang) == "unknown");
        evidence = stopped_at_its_entry(0);
        evidence.trampoline.reset();
        CHECK(arrival_id(evidence, Outcome::hang) == "unknown");
    }
    SUBCASE("not where no condition leads there") {
        Evidence evidence = stopped_at_its_entry(entry);
        evidence.trampoline->image.at(0x200) = std::byte{0xeb};  // JMP
        CHECK(arrival_id(evidence, Outcome::hang) == "unknown");
    }
    SUBCASE("behind the jump, not taken; but not behind a loop") {
        Evidence evidence = stopped_at_its_entry(entry);
        evidence.cpus[1].where.address = 0x8203;
        CHECK(arrival_id(evidence, Outcome::hang) == "entry-check-wrong");
        evidence.trampoline->image.at(0x201) = std::byte{0xf0};  // JNC 0x81f2
        CHECK(arrival_id(evidence, Outcome::hang) == "unknown");
    }
}

TEST_CASE("the entry, called") {
    CHECK(arrival_id(called(entry & 0xffffffff), Outcome::fault) == "entry-truncated");
    CHECK(arrival_id(called(0x12345000), Outcome::fault) == "entry-lost");
    CHECK(arrival_id(called(entry), Outcome::fault) == "fetch-unmapped");
    Evidence evidence = called(0x8000000000000000);
    evidence.cpus[1].exceptions[0] = {13, 0, {}, {0x8220, "long_mode", "", 0, "call rbx"}, ""};
    evidence.cpus[1].registers->rbx = 0x8000000000000000;
    CHECK(arrival_id(evidence, Outcome::fault) == "entry-lost");
    evidence.cpus[1].registers->rbx = entry;
    CHECK(arrival_id(evidence, Outcome::fault) != "entry-lost");
}

TEST_CASE("the far jump") {
    const auto refused = [](std::uint32_t error, std::string instruction) {
        Evidence evidence =
            synthetic::died_in_trampoline("rpal", 13, error, std::move(instruction));
        evidence.cpus[1].registers->control.cr0 |= x86::cr0::pg;
        evidence.cpus[1].registers->control.efer |= x86::efer::lma;
        evidence.cpus[1].registers->ds.limit = 0xffffffff;
        return evidence;
    };
    CHECK(arrival_id(refused(0x10, "jmp far 0x0010:0x0000819e"), Outcome::fault) ==
          "far-jump-selector");
    CHECK(arrival_id(refused(0, "jmp far 0x0000:0x0000819e"), Outcome::fault) ==
          "far-jump-selector");
    CHECK(arrival_id(refused(0x18, "jmp far 0x0018:0x0000819e"), Outcome::fault) ==
          "far-jump-selector");
    SUBCASE("not through the right selector, nor where it is not in the instruction") {
        CHECK(arrival_id(refused(8, "jmp far 0x0008:0x0000819e"), Outcome::fault) ==
              "gdt-entry-missing");
        CHECK(arrival_id(refused(0x10, "jmp far [0x819e]"), Outcome::fault) == "gdt-entry-missing");
        CHECK(arrival_id(refused(0x10, "retf"), Outcome::fault) == "gdt-entry-missing");
    }
    SUBCASE("data segments, with tables that are right") {
        Evidence evidence = refused(0x18, "mov ss, ax");
        evidence.trampoline = synthetic::healthy_and_told().trampoline;
        first_labs::put(evidence, first_labs::right_tables());
        evidence.cpus[1].registers->rax = 0x18;
        CHECK(arrival_id(evidence, Outcome::fault) == "segment-selector");
        evidence.cpus[1].registers->rax = trampoline::data_selector.raw;
        CHECK(arrival_id(evidence, Outcome::fault) == "gdt-entry-missing");
        first_labs::put(evidence, {});
        evidence.cpus[1].registers->rax = 0x18;
        CHECK(arrival_id(evidence, Outcome::fault) == "gdt-entry-missing");
    }
    SUBCASE("its target is read through a segment with limit 0") {
        Evidence evidence = refused(0, "jmp far [0x81a7]");
        evidence.cpus[1].registers->ds.limit = 0;
        CHECK(arrival_id(evidence, Outcome::fault) == "segment-limit");
        evidence.cpus[1].registers->ds.limit = 0xffffffff;
        CHECK(arrival_id(evidence, Outcome::fault) == "cs-not-64-bit");
        evidence = refused(0, "push 0x08");
        CHECK(arrival_id(evidence, Outcome::fault) == "cs-not-64-bit");
        evidence.cpus[1].exceptions[0].vector = 12;
        CHECK(arrival_id(evidence, Outcome::fault) == "segment-limit");
        evidence.cpus[1].registers->ss.limit = 0xffffffff;
        CHECK(arrival_id(evidence, Outcome::fault) == "cs-not-64-bit");
    }
    SUBCASE("astray: 64-bit, and out of the page") {
        Evidence evidence = refused(0, "add [rax], al");
        evidence.cpus[1].registers->cs.long_mode = true;
        CHECK(arrival_id(evidence, Outcome::fault) == "unknown");
        evidence.cpus[1].exceptions[0].where.address = 0x1a1;
        CHECK(arrival_id(evidence, Outcome::fault) == "far-jump-astray");
        evidence.cpus[1].trace = "rpalR";
        CHECK(arrival_id(evidence, Outcome::fault) == "unknown");
    }
    SUBCASE("ran astray: 32-bit, and out of the page") {
        Evidence evidence = synthetic::died_in_trampoline("rpa", 6, 0, "(bad)");
        CHECK(arrival_id(evidence, Outcome::fault) == "unknown");
        evidence.cpus[1].exceptions[0].where = {0x3, "", "", 0, ""};
        CHECK(arrival_id(evidence, Outcome::fault) == "ran-astray");
        evidence.cpus[1].registers->control.cr0 = {};
        CHECK(arrival_id(evidence, Outcome::fault) == "ran-astray");
    }
}

TEST_CASE("paging without LME is not a matter of the tables") {
    Evidence evidence = synthetic::died_in_trampoline("rpal", 14, 0x10, "jmp far 0x0008:0x819e");
    evidence.cpus[1].registers->control.cr0 |= x86::cr0::pg;
    evidence.cpus[1].registers->control.efer = {};
    evidence.cpus[1].exceptions[0].cr2 = evidence.cpus[1].exceptions[0].where.address;
    CHECK(arrival_id(evidence, Outcome::fault) == "lme-missing");
}
