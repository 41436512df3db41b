// Lab 3's rules, each with a start that it names.
#include <cstring>
#include <doctest/doctest.h>

#include "tests/unit/checker/diagnosis/first_labs.h"

using evidence::Engine;
using evidence::Evidence;
using evidence::Registers;
using first_labs::nobody_came;
using judgement::Outcome;

namespace {

std::string start_not_yet(const Evidence& evidence) {
    return first_labs::id(3, evidence, Outcome::not_yet);
}
std::string start_fault(const Evidence& evidence) {
    return first_labs::id(3, evidence, Outcome::fault);
}

Evidence at_the_jump() {
    return first_labs::died_at_the_jump(first_labs::right_tables(), 8);
}

// CPU 1 in real mode, at the first byte of the page at `base`.
Evidence started_at(std::uint64_t base) {
    Evidence evidence = nobody_came();
    Registers& registers = *evidence.cpus[1].registers;
    registers.cs = {static_cast<std::uint16_t>(base >> 4), base, 0xffff, false, false};
    registers.halted = false;
    return evidence;
}

}  // namespace

TEST_CASE("an AP that nobody woke") {
    CHECK(start_not_yet(nobody_came()) == "sipi-not-taken");
    Evidence evidence = nobody_came();
    evidence.trampoline->page.assign(trampoline::page_size, std::byte{0});
    CHECK(start_not_yet(evidence) == "ap-not-started");
    evidence = nobody_came(Engine::bochs);
    Registers& registers = *evidence.cpus[1].registers;
    registers.cs = {0xf000, 0xffff0000, 0xffff, false, false};
    registers.rip = 0xfff0;
    CHECK(start_not_yet(evidence) == "sipi-missing");
}

TEST_CASE("an AP that woke elsewhere") {
    CHECK(start_not_yet(started_at(0x80000)) == "sipi-wrong-page");
    CHECK(start_not_yet(started_at(0x8000)) == "ap-not-started");
    Evidence evidence = started_at(0x8000);
    evidence.trampoline->page[0x10] = std::byte{0};
    CHECK(start_not_yet(evidence) == "page-not-copied");
}

TEST_CASE("an AP that sleeps in the seam") {
    Evidence evidence = started_at(0x8000);
    evidence.cpus[1].registers->halted = true;
    evidence.cpus[1].where = {0x8002, "real_mode", "labs/3-trampoline/real_mode.asm", 19, "hlt"};
    CHECK(start_not_yet(evidence) == "ap-sleeps");
}

TEST_CASE("the way out of real mode") {
    SUBCASE("GDTR is not what the pointer says") {
        Evidence evidence = at_the_jump();
        evidence.cpus[1].registers->gdt = {0, 0xffff};
        CHECK(start_fault(evidence) == "gdt-not-loaded");
    }
    SUBCASE("another selector") {
        for (const char* jump : {"jmp far 0x0010:0x00008070", "jmp far 0x0009:0x00008070",
                                 "jmp far 0x000c:0x00008070", "jmp far 0x0000:0x00008070"}) {
            Evidence evidence = at_the_jump();
            evidence.cpus[1].exceptions[0].where.instruction = jump;
            CHECK(start_fault(evidence) == "wrong-selector");
        }
        Evidence evidence = at_the_jump();
        evidence.cpus[1].exceptions[0].error = 0x10;
        evidence.cpus[1].exceptions[0].where.instruction = "jmp far [0x8070]";
        CHECK(start_fault(evidence) == "wrong-selector");
        evidence.cpus[1].exceptions[0].where.instruction = "jmp far 0x0008:0x00008070";
        CHECK(start_fault(evidence) != "wrong-selector");
    }
    SUBCASE("paging before there are tables") {
        Evidence evidence = at_the_jump();
        evidence.cpus[1].exceptions[0] = {14, 0, 0x8061, evidence.cpus[1].exceptions[0].where, ""};
        evidence.cpus[1].registers->control.cr0 |= x86::cr0::pg;
        CHECK(start_fault(evidence) == "paging-too-early");
        evidence.cpus[1].exceptions[0].where.file = "solutions/4-long-mode/long_mode.asm";
        CHECK(start_fault(evidence) != "paging-too-early");
    }
    SUBCASE("CS is still real mode's") {
        Evidence evidence = at_the_jump();
        evidence.cpus[1].exceptions[0].error = 0;
        evidence.cpus[1].exceptions[0].where = {0x8085, "protected_mode",
                                                "trampoline/protected_mode.asm", 21, "call"};
        CHECK(start_fault(evidence) == "cs-not-reloaded");
        evidence.cpus[1].registers->cs.size_32 = true;
        CHECK(start_fault(evidence) == "unknown");
    }
    SUBCASE("PE is missing") {
        Evidence evidence = at_the_jump();
        evidence.cpus[1].exceptions.clear();
        evidence.cpus[1].died = false;
        evidence.cpus[1].registers->control.cr0 = {};
        evidence.cpus[1].registers->cs.base = 0xf0000;
        evidence.end = evidence::End::timed_out;
        CHECK(first_labs::id(3, evidence, Outcome::hang) == "protected-mode-missing");
    }
}

TEST_CASE("the mailbox") {
    Evidence evidence = first_labs::lost_trampoline({0});
    evidence.cpus[1].registers->control.cr3 = 0;
    first_labs::put(evidence, first_labs::right_tables());
    CHECK(start_fault(evidence) == "cr3-missing");
    evidence.trampoline->page = evidence.trampoline->image;
    CHECK(start_fault(evidence) == "mailbox-missing");
    evidence.trampoline->entry = 0xffffffff80100000;
    CHECK(start_fault(evidence) == "mailbox-missing");
    constexpr std::size_t mailbox = trampoline::mailbox_address - trampoline::page_address;
    constexpr std::size_t shifted = mailbox + offsetof(trampoline::Mailbox, entry) + 1;
    std::memcpy(evidence.trampoline->page.data() + shifted, &evidence.trampoline->entry, 8);
    CHECK(start_fault(evidence) == "mailbox-misplaced");
}

TEST_CASE("one message for two") {
    Evidence evidence = synthetic::healthy();
    first_labs::put(evidence, first_labs::right_tables());
    evidence.cpus[1].record = evidence::Record{evidence.cpus[1].registers->gs.base, 0, 0, 0};
    evidence.cpus[2].registers->gs = evidence.cpus[1].registers->gs;
    evidence.cpus[3].registers = nobody_came().cpus[3].registers;
    CHECK(start_fault(evidence) == "mailbox-of-another");
    SUBCASE("whose owner never woke") {
        evidence.cpus[1].registers = nobody_came().cpus[1].registers;
        CHECK(start_fault(evidence) == "sipi-wrong-destination");
    }
    SUBCASE("for all") {
        evidence.cpus[3].registers = synthetic::healthy().cpus[3].registers;
        CHECK(start_fault(evidence) == "sipi-to-several");
    }
    SUBCASE("in another lab a GS base is another matter") {
        CHECK(first_labs::id(6, evidence, Outcome::not_yet) != "mailbox-of-another");
    }
}

TEST_CASE("bsp-was-reset") {
    Evidence evidence = synthetic::healthy();
    evidence.end = evidence::End::reset;
    CHECK(first_labs::id(3, evidence, Outcome::reset) == "deliberate-reset");
    evidence.cpus[0].registers = Registers{};
    CHECK(first_labs::id(3, evidence, Outcome::reset) == "bsp-was-reset");
    evidence.engine = Engine::bochs;  // has reset them all by then
    CHECK(first_labs::id(3, evidence, Outcome::reset) == "deliberate-reset");
}

TEST_CASE("precondition-broken: an impossible argument of a hardware word") {
    Evidence evidence = synthetic::healthy();
    evidence.end = evidence::End::panicked;
    evidence.cpus[0].exceptions = {{6, {}, {}, {0, "smp::start_ap", "", 0, "ud2"}, ""}};
    CHECK(start_fault(evidence) == "ran-into-ud2");
    evidence.cpus[0].exceptions[0].where.file = "labs/3-trampoline/start_ap.cc";
    CHECK(start_fault(evidence) == "precondition-broken");
}
