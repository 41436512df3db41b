#include <doctest/doctest.h>

#include "tests/unit/checker/guest/fixture.h"
#include "tests/unit/checker/logs/made_log.h"

using made::State;

namespace {

State with(std::uint64_t State::*field, std::uint64_t value) {
    State state;
    state.*field = value;
    return state;
}

}  // namespace

TEST_CASE("explain: kernels that others wrote, each with one thing taken out") {
    const auto of = [](const char* name) {
        return made::cause(fixture::read(std::string{"explain/"} + name));
    };
    CHECK(of("interrupt-without-idt.log") == "interrupt-without-gate");
    CHECK(of("null-call.log") == "null-call");
    CHECK(of("selector-beyond-gdt-i386.log") == "selector-beyond-gdt");
    CHECK(of("deliberate-reset.log") == "deliberate-reset");
    CHECK(of("no-long-mode.log") == "paging-changed-code");
    // Without the ELF file nobody knows that this instruction follows a MOV to CR0.
    CHECK(of("paging-lost-code.log") == "fetch-unmapped");
    CHECK(of("bochs-debug.log") == "fetch-unmapped");
    CHECK(of("bochs-reset.log") == "unknown");
}

TEST_CASE("explain: our own starters, from their logs alone") {
    CHECK(made::cause(fixture::read("qemu/5-nx-wp.log")) == "nxe-missing");
    CHECK(made::cause(fixture::read("bochs/5-nx-wp.log")) == "nxe-missing");
    CHECK(made::cause(fixture::read("qemu/1-identity-map.log")) == "paging-lost-code");
    CHECK(made::cause(fixture::read("bochs/1-identity-map.log")) == "paging-lost-code");
    CHECK(made::cause(fixture::read("qemu/2-gdt.log")) == "gdtr-garbage");
    CHECK(made::cause(fixture::read("bochs/2-gdt.log")) == "descriptor-wrong");
}

TEST_CASE("explain: the same death as other versions of the emulators log it") {
    CHECK(made::cause(fixture::read("explain/bochs-3.1.log")) == "nxe-missing");
    CHECK(made::cause(fixture::read("explain/qemu-11-reset.log")) == "reserved-bit-nxe-clear");
    for (const char* name : {"explain/bochs-3.0.log", "explain/bochs-3.1.log"}) {
        const std::string account = made::account(fixture::read(name));
        CHECK(account.find("CR0          0x80000011  PE ET PG\n") != std::string::npos);
        CHECK(account.find("EFER         0x500       LME LMA\n") != std::string::npos);
        CHECK(account.find("XCR0") == std::string::npos);  // nor what it would execute next:
        CHECK(account.find(">> ") == std::string::npos);
        CHECK(account.find("CPU          1 of 0..1\n") != std::string::npos);
    }
}

TEST_CASE("explain: a reset that has cleared the CPUs says nothing of the one that died") {
    const std::string one = made::account(fixture::read("explain/qemu-11-real-mode.log"));
    CHECK(one.find("registers    not in the log") != std::string::npos);
    CHECK(one.find("0x60000010") == std::string::npos);
    const std::string several = made::account(fixture::read("explain/qemu-11-reset.log"));
    CHECK(several.find("not in the log, one of 0..3") != std::string::npos);
    CHECK(several.find("nor does the reset") != std::string::npos);
}

TEST_CASE("explain: page faults") {
    CHECK(made::cause(made::death(with(&State::cr2, 0x18), 14, 2)) == "null-pointer");
    CHECK(made::cause(made::death(with(&State::cr2, 0xdead0000), 14, 0)) == "not-mapped");
    CHECK(made::cause(made::death(with(&State::cr2, 0xdead0000), 14, 3)) == "writes-read-only");
    CHECK(made::cause(made::death(with(&State::cr2, 0xdead0000), 14, 0x11)) ==
          "executes-no-execute");
    CHECK(made::cause(made::death(with(&State::cr2, State{}.ip), 14, 0x10)) == "fetch-unmapped");
    CHECK(made::cause(made::death(with(&State::cr2, State{}.sp - 8), 14, 2)) == "stack-unmapped");
    CHECK(made::cause(made::death(with(&State::cr2, State{}.sp + 0x1000), 14, 2)) == "not-mapped");

    State no_wp = with(&State::cr2, 0xdead0000);
    no_wp.cr0 = 0x80000011;
    CHECK(made::cause(made::death(no_wp, 14, 3)) == "unknown");
    State null_call;
    null_call.ip = null_call.cr2 = 0;
    CHECK(made::cause(made::death(null_call, 14, 0x10)) == "null-call");
}

TEST_CASE("explain: a reserved bit, with and without NXE") {
    State state = with(&State::cr2, 0xdead0000);
    CHECK(made::cause(made::death(state, 14, 0xa)) == "reserved-bit");
    state.efer = 0x500;
    CHECK(made::cause(made::death(state, 14, 0xa)) == "reserved-bit-nxe-clear");
    // Somebody else has the same tables, and NXE.
    const std::string other = made::header({}, 0x40, 0) + made::dump({});
    CHECK(made::cause(other + made::death(state, 14, 0xb)) == "nxe-missing");
    const State elsewhere = with(&State::cr3, 0x1000);
    CHECK(made::cause(made::header(elsewhere, 0x40, 0) + made::dump(elsewhere) +
                      made::death(state, 14, 0xb)) == "reserved-bit-nxe-clear");
}

TEST_CASE("explain: paging lost the code on the way to long mode") {
    State state;
    state.wide = false;
    state.ip = state.cr2 = 0x8070;
    state.efer = 0x500;
    CHECK(made::cause(made::death(state, 14, 0)) == "paging-lost-code");
}

TEST_CASE("explain: selectors") {
    CHECK(made::cause(made::death({}, 13, 0x28)) == "selector-beyond-gdt");
    CHECK(made::cause(made::death({}, 13, 0x20)) == "descriptor-wrong");
    CHECK(made::cause(made::death({}, 13, 0x2c)) == "descriptor-wrong");  // of the LDT
    CHECK(made::cause(made::death(with(&State::gdt_limit, 0x2e66), 13, 0x20)) == "gdtr-garbage");
    CHECK(made::cause(made::death({}, 13, 0)) == "unknown");
}

TEST_CASE("explain: an interrupt without a gate") {
    const State state;
    const std::string interrupt = made::header(state, 0x20, 0) + made::dump(state);
    CHECK(made::cause(interrupt + made::death(state, 13, 0x102)) == "interrupt-without-gate");
    CHECK(made::account(interrupt + made::death(state, 13, 0x102)).find("vector 0x20") !=
          std::string::npos);
    // What QEMU before 8.0 says: the number of the gate is doubled.
    CHECK(made::account(interrupt + made::death(state, 13, 0x202)).find("gate 32 of the IDT") !=
          std::string::npos);
    // The timer of a PIC that was never told other vectors is no double fault.
    const std::string timer = made::header(state, 8, 0) + made::dump(state);
    CHECK(made::account(timer + made::death(state, 13, 0x42)).find("IRQ 0") != std::string::npos);
    // That interrupt was handled; then the instruction failed by itself.
    const State fault = with(&State::cr2, 0x18);
    CHECK(made::cause(interrupt + made::death(fault, 14, 0)) == "null-pointer");
    // And here it was the IDT that could not be read.
    State no_idt = with(&State::cr2, 0x100);
    no_idt.idt = 0;
    no_idt.idt_limit = 0x3ff;
    CHECK(made::cause(made::header(no_idt, 0x20, 0) + made::death(no_idt, 14, 0)) ==
          "interrupt-without-gate");
}

TEST_CASE("explain: code") {
    CHECK(made::cause(made::death({}, 0, 0)) == "divide-error");
    State no_sse;
    CHECK(made::cause(made::exception(no_sse, 6, 0) + made::death(no_sse, 13, 0x62)) ==
          "invalid-opcode");
    State ts = with(&State::cr0, 0x8001001b);
    CHECK(made::cause(made::exception(ts, 7, 0) + made::death(ts, 13, 0x72)) == "fpu-not-enabled");
    State no_idt;
    no_idt.idt_limit = 0;
    CHECK(made::cause(made::death(no_idt, 13, 0)) == "no-idt");
    CHECK(made::account(made::death(no_idt, 13, 0)).find("no IDT: its limit is 0") !=
          std::string::npos);
}

TEST_CASE("explain: a handler that faults again and again is told with what began it") {
    State outer, state;
    outer.ip = 0xffffffff80105000;
    outer.sp = state.sp + 0x100;
    std::string text = made::exception(outer, 6, 0);
    state.cr2 = 0x28;
    for (int i = 0; i < 20; ++i) {
        text += made::exception(state, 14, 0);
        state.sp -= 0xb0;
    }
    state.cr2 = state.sp - 8;
    text += made::exception(state, 14, 2) + made::exception(state, 14, 0, "e") +
            made::check("8", 14) + "Triple fault\n";
    const evidence::Log log = *made::evidence(text).log;
    REQUIRE(log.recursion);
    CHECK(log.recursion->count == 20);
    REQUIRE(log.recursion->began);
    CHECK(log.recursion->began->vector == 6);
    CHECK(made::cause(text) == "handler-faults");
}
