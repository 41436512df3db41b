// Logs as people show them, each with what it proves; and for each rule one that looks alike.
#include <array>
#include <doctest/doctest.h>

#include "tests/unit/checker/guest/fixture.h"
#include "tests/unit/checker/logs/made_log.h"

namespace {

std::string log_of(std::string_view name) {
    return fixture::read(fmt::format("explain/met/{}.log", name));
}

// The same log with other words, all of them.
std::string changed(std::string text, std::string_view from, std::string_view to) {
    REQUIRE(text.find(from) != std::string::npos);
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
    return text;
}

// A report has line breaks where a sentence has blanks.
bool says(const std::string& text, std::string_view part) {
    std::string plain;
    for (const char c : made::account(text))
        if ((c != ' ' && c != '\n') || !plain.ends_with(' '))
            plain += c == '\n' ? ' ' : c;
    return plain.find(part) != std::string::npos;
}

std::string cause_in(std::string_view name, std::string_view from, std::string_view to) {
    return made::cause(changed(log_of(name), from, to));
}

}  // namespace

TEST_CASE("explain: logs as people show them") {
    struct Met {
        std::string_view name, cause, says;
    };
    for (const Met& met : std::to_array<Met>({
             {"qemu-cpu-reset-only", "tables-not-mapped", "lack its IDT: CR2 0xc1a740e0 is gate 8"},
             {"qemu-cpu-reset-only", "tables-not-mapped",
              "EAX is CR3 as well: MOV CR3 was the last"},
             {"qemu-tables-not-in-new-cr3", "tables-not-mapped",
              "lack its GDT: CR2 0x2671d is entry 13 of it; and its IDT: CR2 0x26b73 is gate 14"},
             {"qemu-tss-rsp0-zero", "tss-stack-missing", "8 below 0: TSS.RSP0 is 0."},
             {"qemu-int80-gate-dpl-0", "gate-refuses-ring-3",
              "INT 0x80 in ring 3, error code 0x402"},
             {"qemu-iretq-poison", "selector-garbage",
              "entry 5461 of a GDT of 4. It looks like 0xaaaa"},
             {"qemu-ap-ring3-no-idt", "idt-on-one-cpu",
              "CPU 1 met a page fault of ring 3, which is ordinary, and has no IDT: IDTR is 0x0, "
              "limit 0xffff. Another CPU has one, at 0xffffffff80130000."},
             {"qemu-patched-check-lines", "stack-unmapped", "CR2 0xffffffff7ffffff8"},
             {"qemu-ap-cr3-from-nowhere", "cr3-from-nowhere",
              "f000:e987 is a real-mode vector, as a BIOS leaves them from address 0 on. ESP is 0"},
             {"qemu-pasted-from-a-page", "unknown", "the registers were cut out of this log"},
             {"qemu-pasted-from-a-page", "unknown", "gate 6 of the IDT is missing or no gate"},
             {"bochs-debugger-line-sse", "sse-not-enabled", "\"movdqa xmm0, [r15+rdx*1]\""},
             {"kvm-failed-to-put-registers", "kvm-refuses-state", "CS 0x8 has L and D set"},
             {"kvm-failed-to-put-registers", "kvm-refuses-state",
              "Made under KVM: exceptions are not logged"},
             {"ovmf-x64-exception", "invalid-opcode",
              "UEFI firmware (EDK II, as in OVMF) printed it"},
             {"ovmf-x64-exception", "invalid-opcode", "CR4.OSFXSR is 1"},
             {"made-ap-no-idt", "idt-on-one-cpu", "CPU 2 met"},
             {"made-breakpoint-cut-off", "tables-not-mapped",
              "lack its GDT: CR2 0x102008 is entry 1"},
             {"made-vex-cut-off", "invalid-opcode", "The bytes begin with VEX"},
             {"made-bochs-movaps", "sse-not-enabled", "xorps xmm0, xmm0"},
             {"made-esp0-zero-i386", "tss-stack-missing",
              "vector 0x80, and pushed at 0xfffffffc, 4 below"},
             {"made-illopc", "sse-not-enabled", "movups [rsp+0x10], xmm0"},
             {"made-int-30", "gate-refuses-ring-3", "INT 0x30 in ring 3"},
             {"made-iret-poison-i386", "selector-garbage", "of an LDT, where LDTR is 0"},
             {"made-kvm-delivery", "kvm-cannot-deliver", "vector 14, #PF"},
             {"made-kvm-emulation", "kvm-cannot-emulate",
              "all ff: that is no code. 0xa2f10 is the"},
             {"made-kvm-put-after-reset", "kvm-refuses-state", "CS 0x18 has L and D set"},
             {"made-ovmf-page-fault", "writes-read-only", "CPU 1 wrote to 0x3f402ff8"},
             {"made-patched", "unknown", "the log has not its error code"},
             {"made-tss-unmapped", "tables-not-mapped", "is at 0x4 in it, RSP0"},
             {"made-vbox-guru", "tables-not-mapped", "lack its IDT: CR2 0x112070 is gate 14"},
         })) {
        const std::string text = log_of(met.name);
        CHECK_MESSAGE(made::cause(text) == met.cause, met.name);
        CHECK_MESSAGE(says(text, met.says), met.name);
    }
}

TEST_CASE("explain: CR2 beside a table, or left from long ago") {
    CHECK(cause_in("qemu-tables-not-in-new-cr3", "CR2=0002671d", "CR2=00027400") == "not-mapped");
    // The page was there, and forbade a write.
    CHECK(cause_in("qemu-tables-not-in-new-cr3", "e=0000 i=0 cpl=0 IP=0008:00011a58",
                   "e=0003 i=0 cpl=0 IP=0008:00011a58") != "tables-not-mapped");
    // Neither the double fault's gate, nor CR3 in a register.
    const std::string other =
        changed(log_of("qemu-cpu-reset-only"), "EAX=0b4d2000", "EAX=00000001");
    CHECK(made::cause(other) == "tables-not-mapped");
    CHECK(!says(other, "new page tables"));
    CHECK(made::cause(changed(other, "CR2=c1a740e0", "CR2=c1a74110")) == "unknown");
    // Of a CPU without IDT an address below 64 KiB is no gate.
    const made::State null{.cr2 = 0x70, .idt = 0, .idt_limit = 0xffff};
    CHECK(made::cause(made::death(null, 14, 0)) == "null-pointer");
}

TEST_CASE("explain: a CR3 that has flags in its low bits, or leads to a wrong entry") {
    const auto cr3 = [](std::string_view value) {
        return cause_in("qemu-ap-cr3-from-nowhere", "CR3=00000000f000e987",
                        fmt::format("CR3={}", value));
    };
    CHECK(cr3("0000000000101003") == "reserved-bit");
    CHECK(cr3("0000000000101018") == "reserved-bit");
    CHECK(cr3("00000000f0001000") == "reserved-bit");
    CHECK(cr3("0000000000101a40") == "cr3-from-nowhere");
    CHECK(cr3("ffffffff80101000") == "cr3-from-nowhere");
    // Paging works with it: the fault is about something else.
    made::State works{.cr2 = 0xdead0000, .cr3 = 0x101a40};
    CHECK(made::cause(made::death(works, 14, 0)) == "not-mapped");
}

TEST_CASE("explain: a selector a little beyond the table, or one that looks like RFLAGS") {
    CHECK(cause_in("qemu-iretq-poison", "e=aaa8", "e=0028") == "selector-beyond-gdt");
    CHECK(cause_in("qemu-iretq-poison", "0000001f\nIDT", "0000ffff\nIDT") == "descriptor-wrong");
    CHECK(says(changed(log_of("qemu-iretq-poison"), "e=aaa8", "e=0244"), "It looks like RFLAGS."));
    // A kernel with an LDT may have many entries in it.
    CHECK(cause_in("made-iret-poison-i386", "LDT=0000", "LDT=0028") == "descriptor-wrong");
}

TEST_CASE("explain: a gate, and who came to it") {
    const std::string text = log_of("qemu-int80-gate-dpl-0");
    CHECK(says(text, "QEMU before 8.0 means 0x40"));
    const std::string place =
        "cpl=3 IP=001b:0000008000000010 pc=0000008000000010 SP=0023:000000ffffffefe8 CR2=0\n";
    const auto after = [&](int by_instruction) {
        return fmt::format("     3: v=80 e=0000 i={} {}", by_instruction, place) + text;
    };
    CHECK(made::cause(after(1)) == "gate-refuses-ring-3");
    CHECK(!says(after(1), "QEMU before 8.0"));
    CHECK(made::cause(after(0)) == "interrupt-without-gate");
    // Bit 0 says that it came from outside; in ring 0 no DPL forbids it.
    CHECK(made::cause(changed(text, "e=0402", "e=0403")) == "interrupt-without-gate");
    made::State kernel;
    CHECK(made::cause(made::death(kernel, 13, 0x402)) == "interrupt-without-gate");
    CHECK(made::cause(made::death(kernel, 13, 0x72)) == "unknown");
}

TEST_CASE("explain: ring 3 faults by itself, or on the way out") {
    // The program's own write, just below 4 GiB or 2^64.
    CHECK(cause_in("qemu-tss-rsp0-zero", "v=0e e=0002", "v=0e e=0006") == "not-mapped");
    CHECK(
        says(changed(log_of("qemu-tss-rsp0-zero"), "CR2=fffffffffffffff8", "CR2=ffffffff80400ff8"),
             "the stack that its TSS names, at 0xffffffff80400ff8, cannot be written"));
    CHECK(says(changed(log_of("qemu-tss-rsp0-zero"), "TR =0028", "TR =0000"), "TR is 0"));
    const std::string text = log_of("qemu-ap-ring3-no-idt");
    CHECK(made::cause(changed(text, "IDT=     0000000000000000 0000ffff",
                              "IDT=     ffffffff80130000 00000fff")) == "unknown");
    CHECK(made::cause(changed(text, "IDT=     ffffffff80130000 00000fff",
                              "IDT=     0000000000000000 0000ffff")) == "no-idt");
}

TEST_CASE("explain: an instruction that Bochs's debugger shows") {
    const std::string text = log_of("bochs-debugger-line-sse");
    CHECK(made::cause(changed(text, "CR4=0x00000020", "CR4=0x00000220")) == "unknown");
    CHECK(made::cause(changed(text, "0008:ffff800000104093", "0008:ffff800000104098")) ==
          "unknown");
    CHECK(made::cause(changed(text, "66410f6f0417", "4883ec08")) == "unknown");
    CHECK(made::cause(changed(text, "66410f6f0417", "c4c1796f0417")) == "unknown");  // AVX
    CHECK(says(changed(log_of("made-illopc"), "0f 11 44 24 10", "06"), "make no instruction"));
}

TEST_CASE("explain: what is in a log that was pasted, and what is not") {
    const std::string text = log_of("qemu-pasted-from-a-page");
    std::string whole = text;
    const std::size_t gap = whole.find("\n...\ncheck_exception old: 0xffffffff new 0xd");
    REQUIRE(gap != std::string::npos);
    whole.replace(gap, 4, "\n" + made::dump({.ip = 0x101240, .sp = 0x103fd0}));
    CHECK(made::cause(whole) == "invalid-opcode");
    CHECK(!says(whole, "cut out"));
    // In real mode QEMU prints none.
    CHECK(!says(fixture::read("explain/qemu-11-real-mode.log"), "cut out"));
    // The changed QEMU that writes the usual line as well has an error code.
    const made::State state{.ip = 0xffffffff83ab4036, .sp = 0xffffffff80000000, .cr2 = 0x18};
    const std::string check =
        "check_exception old: 0xffffffff new 0xe, cr2: 0x18, rip: 0xffffffff83ab4036\n";
    CHECK(made::cause(check + made::header(state, 14, 2) + made::dump(state) +
                      made::exception(state, 13, 0, "e") + made::check("8", 13)) == "null-pointer");
}

TEST_CASE("explain: reports of KVM, firmware and VirtualBox that prove nothing more") {
    CHECK(cause_in("kvm-failed-to-put-registers", "00e09b00", "00c09b00") == "unknown");
    CHECK(cause_in("kvm-failed-to-put-registers", "EFER=0000000000000000\n",
                   "EFER=0000000000000500\n") != "unknown");  // it lacks PAE
    CHECK(says(changed(log_of("kvm-failed-to-put-registers"), "CR0=", "CRX="), "cut out of this"));
    CHECK(cause_in("made-kvm-delivery", "80000b0e", "00000b0e") == "unknown");
    CHECK(cause_in("made-kvm-emulation", "emulation failure", "") == "unknown");
    CHECK(cause_in("ovmf-x64-exception", "06(#UD - Invalid Opcode)",
                   "0D(#GP - General Protection)") == "unknown");
    const evidence::Evidence stopped = made::evidence(
        changed(log_of("made-vbox-guru"), "1155 (VINF_EM_TRIPLE_FAULT)", "-1 (VERR_X)"));
    CHECK(stopped.log->triple_faults == 0);
    CHECK(stopped.cpus[0].registers->gdt.limit == 0x2f);
    CHECK(stopped.cpus[0].registers->cs.size_32);
    // A guest that prints such words does not take the place of its own triple fault.
    CHECK(made::cause("KVM internal error\n" + log_of("qemu-tss-rsp0-zero")) ==
          "tss-stack-missing");
}

TEST_CASE("explain: a log that ends before its triple fault") {
    const std::string text = log_of("made-vex-cut-off");
    CHECK(made::evidence(text).log->triple_faults == 0);
    CHECK(says(text, "No triple fault follows in this log"));
    // With an IDT a handler may have taken it; and in 16-bit code C5 is LDS.
    CHECK(says(
        changed(text, "IDT=     0000000000000000 00000000", "IDT=     0000000000009000 00000fff"),
        "1 exception was delivered to a handler"));
    CHECK(!says(changed(text, "00209a00", "00009a00"), "VEX"));
    // What a breakpoint's delivery fails with, another exception's does not have to.
    CHECK(cause_in("made-breakpoint-cut-off", "CR2=0000000000102008", "CR2=0000000000302008") !=
          "tables-not-mapped");
}

TEST_CASE("explain: a log of resets alone is no proof of a triple fault") {
    const std::string text = log_of("made-kvm-resets");
    CHECK(made::evidence(text).log->triple_faults == 0);
    CHECK(says(text, "Made under KVM, exceptions are not logged"));
    CHECK(says(text, "lack its IDT: CR2 0x107040 is gate 8 of it"));
    // With interrupts or exceptions in it, it was neither.
    CHECK(!says("Servicing hardware INT=0x08\n" + text, "Made under KVM"));
}
