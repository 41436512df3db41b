// Logs as they come: garbled, cut off, mixed with other things, of several CPUs.
#include <doctest/doctest.h>
#include <regex>

#include "checker/error.h"
#include "checker/process/descriptor.h"
#include "tests/unit/checker/guest/fixture.h"
#include "tests/unit/checker/logs/made_log.h"
#include "tests/unit/mutator.h"

using made::State;

namespace {

State null_pointer() {
    State state;
    state.cr2 = 0x18;
    return state;
}

std::string refusal(const std::string& text) {
    try {
        made::evidence(text);
    } catch (const checker::Error& error) {
        return error.what();
    }
    return "";
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("explain: what stands before each line of a log that was quoted") {
    const auto quoted = [](const std::string& name, const std::string& before) {
        return std::regex_replace(process::contents_of("tests/fixtures/explain/" + name),
                                  std::regex{"^", std::regex::multiline}, before);
    };
    for (const char* before : {"", "> ", "    ", "qemu-1  | ", "2025-01-02T10:00:00Z "}) {
        CAPTURE(before);
        CHECK(made::cause(quoted("met/made-breakpoint-cut-off.log", before)) ==
              "tables-not-mapped");
        CHECK(made::cause(quoted("bochs-debug.log", before)) == "fetch-unmapped");
    }
}

TEST_CASE("explain: what is no log is refused with what to do") {
    CHECK(contains(refusal(""), "is empty"));
    CHECK(contains(refusal("\x1f\x8b\x08"), "gunzip"));
    CHECK(contains(refusal("\x28\xb5\x2f\xfd"), "unzstd"));
    CHECK(contains(refusal("\x7f"
                           "ELF"),
                   "ELF="));
    CHECK(contains(refusal(std::string(5000, '\0')), "binary"));
    CHECK(contains(refusal("hello\n"), "-d int,cpu_reset"));
    CHECK(contains(refusal("12:00:00 [error] something else\n"), "nothing in it"));
}

TEST_CASE("explain: no triple fault, and which exceptions were the last") {
    const std::string text = made::exception(null_pointer(), 14, 0);
    CHECK(made::evidence(text).log->triple_faults == 0);
    CHECK(contains(made::account(text), "no triple fault"));
    CHECK(contains(made::account(text), "CR2 0x18"));
    CHECK(contains(made::account("CPU Reset (CPU 0)\n"), "no exception"));
}

TEST_CASE("explain: exceptions that were handled are not the cause") {
    State other = null_pointer();
    std::string text;
    for (unsigned i = 0; i < 2000; ++i) {
        other.ip += 4;
        other.cr2 = 0xffff800000000000 + i * 0x1000;
        text += made::exception(other, 14, 2);
    }
    // The same instruction ran into #NM, which was handled, and then into the fault that was not.
    text += made::exception(null_pointer(), 7, 0) + made::death(null_pointer(), 14, 0);
    const evidence::Evidence evidence = made::evidence(text);
    const evidence::Cpu& cpu = evidence.cpus.front();
    REQUIRE(cpu.exceptions.size() == 3);
    CHECK(cpu.exceptions.front().cr2 == 0x18);
    CHECK(evidence.log->exceptions == 2003);
    CHECK(!evidence.log->recursion);
}

TEST_CASE("explain: -d int alone, which leaves the last line out") {
    std::string text = made::death(null_pointer(), 14, 0);
    text.erase(text.find("Triple fault"));
    CHECK(made::cause(text) == "null-pointer");
}

TEST_CASE("explain: numbers that outgrow their field, CRLF, UTF-16") {
    const State state = null_pointer();
    std::string text = made::check("ffffffff", 14) + made::header(state, 14, 0, false, 1234567) +
                       made::dump(state) + made::exception(state, 13, 0, "e") +
                       made::check("8", 13);
    CHECK(made::evidence(text).cpus.front().exceptions.size() == 3);
    std::string crlf, wide = "\xff\xfe";
    for (const char c : text) {
        crlf += c == '\n' ? "\r\n" : std::string{c};
        wide += c;
        wide += '\0';
    }
    CHECK(made::cause(crlf) == "null-pointer");
    CHECK(made::evidence(crlf).cpus.front().registers);
    CHECK(made::cause(wide) == "null-pointer");
}

TEST_CASE("explain: two CPUs that speak at once") {
    const State mine = null_pointer();
    State other;
    other.ip = 0xffffffff80109000;
    other.sp = 0xffffffff80400000;
    other.efer = 0x500;
    const std::string text = made::check("ffffffff", 14) + made::check("ffffffff", 6) +
                             made::header(mine, 14, 0) + made::header(other, 6, 0) +
                             made::dump(mine) + made::dump(other) + made::check("e", 13) +
                             made::exception(other, 6, 0) + made::header(mine, 8, 0) +
                             made::dump(mine) + made::check("8", 13);
    const evidence::Evidence evidence = made::evidence(text);
    const evidence::Cpu& cpu = evidence.cpus.front();
    REQUIRE(cpu.exceptions.size() == 3);
    CHECK(cpu.exceptions[0].vector == 14);
    CHECK(cpu.exceptions[0].cr2 == 0x18);
    REQUIRE(cpu.registers);
    CHECK(cpu.registers->control.efer.raw == 0xd00);
}

TEST_CASE("explain: the reset after the triple fault tells which CPU it was") {
    const State mine = null_pointer();
    State other;
    other.ip = 0x1000;
    const std::string text =
        "CPU Reset (CPU 0)\nCPU Reset (CPU 1)\nCPU Reset (CPU 2)\n" + made::death(mine, 14, 0);
    CHECK(!made::evidence(text).log->names_cpu);
    CHECK(contains(made::account(text), "not in the log, one of 0..2"));
    const std::string with_reset = text + "CPU Reset (CPU 0)\n" + made::dump(other) +
                                   "CPU Reset (CPU 1)\n" + made::dump(mine) +
                                   "CPU Reset (CPU 2)\n" + made::dump(other);
    CHECK(made::evidence(with_reset).cpus.front().cpu == 1u);
    const std::string twice = with_reset + made::death(mine, 14, 0) + "CPU Reset (CPU 1)\n";
    CHECK(made::evidence(twice).cpus.front().cpu == 1u);
    CHECK(contains(made::account(twice), "first of 2 triple faults"));
    CHECK(made::evidence("CPU Reset (CPU 0)\n" + made::death(mine, 14, 0)).log->names_cpu);
}

TEST_CASE("explain: real mode, where QEMU logs no registers") {
    const std::string text = "CPU Reset (CPU 0)\n" + made::check("ffffffff", 13) +
                             made::check("d", 13) + made::check("8", 13) + "Triple fault\n";
    const evidence::Evidence evidence = made::evidence(text);
    const evidence::Cpu& cpu = evidence.cpus.front();
    REQUIRE(cpu.exceptions.size() == 3);
    CHECK(cpu.exceptions[0].vector == 13);
    CHECK(!cpu.exceptions[0].error);
    CHECK(contains(made::account(text), "not in the log, or cut off"));
}

TEST_CASE("explain: mixed with instructions, SMM, lines without end, bytes that are no text") {
    const State state = null_pointer();
    const std::string noise =
        "----------------\nIN: main\n0x00101000:  48 89 e5   movq %rsp, %rbp\n\n"
        "Trace 0: 0x7f00 [00000000/0000000000101000/0040c2b3/ff000200] main\n"
        "SMM: enter\n" +
        made::dump({}) + "SMM: after RSM\n" + made::dump({}) + std::string(3'000'000, 'x') + "\n" +
        std::string("\xff\xc0\x00\x1b[2J\n", 8);
    const std::string text = noise + made::exception(state, 14, 0) + noise +
                             made::exception(state, 13, 0, "e") + noise + made::check("8", 13);
    CHECK(made::cause(text) == "null-pointer");
    CHECK(made::evidence(text).cpus.front().exceptions.size() == 3);
}

TEST_CASE("explain: cut off anywhere, it says no more than is there") {
    const std::string text = made::death(null_pointer(), 14, 0);
    for (std::size_t size = 1; size < text.size(); size += 7) {
        const std::string part = text.substr(0, size);
        if (refusal(part).empty())
            CHECK(!made::account(part).empty());
    }
    // The registers of the first exception are cut off, but its header is whole.
    const State state = null_pointer();
    const std::string cut = made::check("ffffffff", 14) + made::header(state, 14, 0) +
                            "RAX=0000000000000000 RBX=00" + "\n" + made::check("e", 13) +
                            made::header(state, 8, 0) + made::check("8", 13);
    CHECK(made::cause(cut) == "null-pointer");
    CHECK(contains(made::account(cut), "cut out of this log"));
}

TEST_CASE("explain: nothing of a log reaches the terminal as it is") {
    const std::string text =
        "00000000000i[      ] Bochs x86 Emulator \x1b]0;x\x07\n"
        "00000000100d[CPU0  ] \x1b[31mred\x1b[0m\n"
        "00000000100d[CPU0  ] exception(0x0d): error_code=0000\n"
        "00000000100e[CPU0  ] exception(): 3rd (13) exception with no resolution\n";
    CHECK(!contains(made::account(text), "\x1b"));
    CHECK(contains(report::text(made::evidence(text), made::diagnosis(text),
                                {"a\x1b"
                                 "b",
                                 "c\x1b"
                                 "d"},
                                report::Style{false}),
                   "a?b"));
}

TEST_CASE("fuzz: logs of any kernel") {
    for (const char* name : {"qemu/5-nx-wp.log", "explain/deliberate-reset.log",
                             "explain/bochs-reset.log", "explain/selector-beyond-gdt-i386.log"}) {
        const std::string log = fixture::read(name);
        test::fuzz(200, [&](test::Mutator& mutator) {
            std::string damaged = log;
            for (int i = 0; i < 20; ++i)
                damaged[mutator.below(damaged.size())] = static_cast<char>(mutator.below(256));
            if (refusal(damaged).empty())
                CHECK(!made::account(damaged).empty());
        });
    }
}
