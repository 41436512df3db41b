#include "tests/submissions/contradictions.h"

#include <algorithm>
#include <cstring>
#include <doctest/doctest.h>
#include <functional>
#include <string>

#include "checker/grading/grade.h"
#include "tests/unit/checker/judgement/synthetic.h"

using evidence::Cpu;
using grading::LabGrade;
using grading::Run;
using judgement::Finding;
using submissions::contradictions;

namespace {

// Lab 5's starter, or its reference, as one engine shows it.
LabGrade grade_of(evidence::Evidence evidence) {
    std::vector<Run> runs;
    runs.push_back(grading::assess(synthetic::lab_5(), std::move(evidence)));
    return grading::assemble(synthetic::lab_5(), std::move(runs));
}

// The starter's fault as the kernel leaves it: its CPU is being started, others wait.
evidence::Evidence fault() {
    evidence::Evidence evidence = synthetic::documented_fault();
    evidence::Arrival arrival{*evidence.cpus[1].registers, {}};
    arrival.mailbox.stack_top = 0x4000;
    arrival.registers.rsp = arrival.mailbox.stack_top - 8;
    arrival.registers.rdi = trampoline::mailbox_address;
    evidence.cpus[1].arrival = arrival;
    evidence.fault_walk->walk.address = x86::VirtualAddress{*evidence.cpus[1].exceptions[0].cr2};
    evidence.sent = evidence::Sent{};
    return evidence;
}

// The rules that a doctored report breaks, each once.
std::string broken(const std::function<void(Run&)>& doctor, evidence::Evidence evidence = fault()) {
    LabGrade grade = grade_of(std::move(evidence));
    doctor(grade.runs[0]);
    std::string names;
    for (const std::string& each : contradictions(grade)) {
        const std::string name = each.substr(0, each.find(':'));
        if (names.find(name) == std::string::npos)
            names += (names.empty() ? "" : " ") + name;
    }
    return names;
}

// The first sentence is another.
std::string said(const std::string& cause, evidence::Evidence evidence = fault()) {
    return broken([&](Run& run) { run.diagnosis->cause = cause; }, std::move(evidence));
}

observed::SentCommand command(x86::InterruptCommand what) {
    return {.low = what.low(), .high = what.destination() << 24, .started = 1};
}

// CPU 1 has halted in the trampoline, and nobody faulted.
evidence::Evidence halted() {
    evidence::Evidence evidence = fault();
    evidence.end = evidence::End::timed_out;
    Cpu& cpu = evidence.cpus[1];
    cpu.exceptions.clear();
    cpu.died = false;
    cpu.trace = "rpalRJ";
    cpu.arrival.reset();
    cpu.where = {0x8190, "long_mode", "4-long-mode/long_mode.asm", 52, "hlt"};
    evidence.fault_walk.reset();
    return evidence;
}

}  // namespace

TEST_CASE("what the checker says of the starter and of the reference holds together") {
    CHECK(broken([](Run&) {}) == "");
    CHECK(contradictions(grade_of(synthetic::passing())).empty());
    CHECK(broken([](Run&) {}, halted()) == "");
}

TEST_CASE("who started: never-started, commands") {
    CHECK(said("CPU 1 never started: not one letter came from it.") == "never-started");
    CHECK(said("CPU 2 never started: not one letter came from it.") == "whom");
    evidence::Evidence sent = fault();
    sent.cpus[1].apic_id = 7;
    sent.sent->first = {command(x86::InterruptCommand::init(7)),
                        command(x86::InterruptCommand::startup(7, x86::PhysicalAddress{0x8000}))};
    CHECK(said("CPU 1 was sent neither INIT nor SIPI.", sent) == "commands");
    CHECK(said("CPU 1 had no INIT.").find("never-started") == 0);
    CHECK(said("CPU 1 was sent another INIT after its SIPI, and no SIPI since.", sent) == "");
    CHECK(said("CPU 1 was sent another INIT after its SIPI, and no SIPI since.") == "commands");
}

TEST_CASE("what it does: halted, interrupts, mode") {
    evidence::Evidence running = halted();
    running.cpus[1].registers->halted = false;
    const std::string cause = "CPU 1 halted in your own code, at 4-long-mode/long_mode.asm:52.";
    CHECK(said(cause, halted()) == "");
    CHECK(said(cause, running) == "halted");
    CHECK(said("CPU 1 goes round: it comes to stage 'a' again and again.", halted()) == "halted");
    CHECK(said("CPU 1 entered C++ with interrupts on.") == "interrupts");
    CHECK(said("CPU 1 is in 64-bit code.") == "");
    CHECK(said("CPU 1 is in 32-bit code.") == "mode");
    CHECK(said("CPU 1 jumped to 64-bit code with paging still off.") == "mode");
}

TEST_CASE("whom: the CPU that is named, and that has died") {
    CHECK(broken([](Run& run) { run.diagnosis->cpu = 2; }).starts_with("whom"));
    evidence::Evidence well = fault();
    well.cpus[2].trace = well.cpus[3].trace = "rpalRJW123ABCXYEFGHIJKLD456";
    CHECK(broken(
              [](Run& run) {
                  run.diagnosis->cause = "CPU 2 is the one.";
                  run.diagnosis->cpu = 2;
                  for (Finding& finding : run.verdict.findings)
                      finding.detail.clear();
              },
              well) == "whom");
}

TEST_CASE("how-it-ended") {
    CHECK(broken([](Run& run) { run.evidence.cpus[1].died = false; }) == "how-it-ended");
    CHECK(broken([](Run& run) {
              run.diagnosis->consequence = "The kernel caught the #PF, and stopped the machine.";
          }) == "how-it-ended");
    CHECK(broken([](Run& run) {
              run.diagnosis->consequence =
                  "The BSP waited for CPU 1 until its deadline, and went on without it.";
          }) == "how-it-ended");
}

TEST_CASE("values: bits, bits-shown, registers-shown, numbers") {
    CHECK(said("CPU 1 came with EFER.NXE 0.") == "");
    CHECK(said("CPU 1 came with CR4.PAE still 0.") == "bits");
    CHECK(said("CPU 1 came without EFER.LME.").find("bits") == 0);
    evidence::Evidence later = fault();
    later.cpus[1].arrival->registers.control.efer |= x86::efer::nxe;
    CHECK(said("CPU 1 came with EFER.NXE 1.", later) == "bits-shown");
    CHECK(broken([](Run& run) {
              for (diagnosis::Exhibit& each : run.diagnosis->exhibits)
                  if (each.label == "EFER")
                      each.lines[0] = "CPU 1  0x100       LME";
          }) == "registers-shown");
    CHECK(said("CPU 1 has CR2 0xffffffff80012340.") == "");
    CHECK(said("CPU 1 has CR2 0xffffffff80012348.") == "numbers");
}

TEST_CASE("places: lines, code-lines") {
    CHECK(said("CPU 1 stood at kernel/smp/per_cpu.cc:31.") == "");
    CHECK(said("CPU 1 stood at kernel/smp/per_cpu.cc:32.") == "lines");
    CHECK(said("CPU 1: line 9 of long_mode.asm is not in its code size.") == "lines");
    evidence::Evidence linked = halted();
    linked.trampoline =
        evidence::TrampolinePage{std::vector<std::byte>(0x1000),
                                 std::vector<std::byte>(0x1000),
                                 0,
                                 {{0x8190, 0x8191, "4-long-mode/long_mode.asm", 52}}};
    CHECK(broken([](Run&) {}, linked) == "");
    linked.trampoline->lines[0].line = 53;
    CHECK(broken([](Run&) {}, linked) == "code-lines");
}

TEST_CASE("page tables: entries, walk") {
    CHECK(said("CPU 1's walk ends at PT[18], which is filled in, but not present.") == "entries");
    CHECK(said("CPU 1's walk ends at PDPT[3], which is 0.") == "entries");
    CHECK(broken([](Run& run) { run.evidence.fault_walk->walk.address.raw += 0x1000; }) == "walk");
    CHECK(broken([](Run& run) { run.evidence.cpus[1].exceptions[0].error = 0x2; }) == "walk");
    CHECK(broken([](Run& run) {
              run.evidence.fault_walk->walk.outcome = x86::WalkOutcome::not_present;
          }) == "walk");
}

TEST_CASE("exceptions, and stages") {
    CHECK(said("CPU 1 raised #UD.") == "exceptions");
    CHECK(said("CPU 1 raised #PF.") == "");
    CHECK(said("CPU 1 refused its entry, which is the right one.", halted()) == "stages");
    CHECK(said("CPU 1 left 'J', and then refused its entry.", halted()) == "");
    CHECK(said("CPU 1 runs on; its last stage is 'X'.") == "stages");
    CHECK(said("CPU 1 left 'Y' and never 'R'.") == "stages");
    CHECK(broken([](Run& run) {
              for (diagnosis::Exhibit& each : run.diagnosis->exhibits)
                  if (each.label == "trace")
                      each.lines[0] = "rpalRJW123ABCXY, and never W";
          }) == "stages");
    CHECK(broken([](Run& run) { run.verdict.findings[0].detail = "CPU 1 never entered C++"; }) ==
          "stages");
}

TEST_CASE("what was judged: facts, flags") {
    const auto all_shown = [](const std::string& cause) {
        return broken([&](Run& run) {
            run.diagnosis->cause = cause;
            for (std::size_t i = 0; i < run.verdict.findings.size(); ++i)
                if (synthetic::lab_5().facts[i].check != "every-ap-up")
                    run.verdict.findings[i] = judgement::yes();
        });
    };
    CHECK(all_shown("CPU 1 is here.") == "");
    CHECK(all_shown("CPU 1 entered C++ with EFER.NXE 0.") == "facts");
    CHECK(all_shown("CPU 1 finished its start with EFER.NXE 0.") == "flags");
    CHECK(broken([](Run& run) { run.verdict.findings.back() = judgement::yes(); }) == "facts");
}

TEST_CASE("what to do: advice, either-or") {
    const auto advised = [](const std::string& advice) {
        return broken([&](Run& run) { run.diagnosis->advice = advice; });
    };
    CHECK(advised("Set EFER.NXE on this CPU too.") == "");
    CHECK(advised("Set CR4.PAE before CR0.PG.") == "advice");
    CHECK(advised("Next: CR3 from the mailbox, and stage 'E'.") == "advice");
    CHECK(advised("Next: the call, stage 'R'.") == "advice");
    CHECK(broken([](Run& run) {
              run.diagnosis->meaning = "Either no SIPI reached it, or there was no page.";
          }) == "either-or");
}

TEST_CASE("outcome, and points") {
    CHECK(broken([](Run& run) { run.diagnosis.reset(); }) == "outcome");
    CHECK(broken([](Run& run) { run.verdict.outcome = judgement::Outcome::passed; }) == "outcome");
    LabGrade grade = grade_of(fault());
    ++grade.verdict.points;
    CHECK(contradictions(grade).at(0).starts_with("points: "));
    grade = grade_of(fault());
    grade.verdict.findings[0] = judgement::yes();
    CHECK(contradictions(grade).at(0).starts_with("points: "));
}

TEST_CASE("who has come further than the starter does not show the same") {
    LabGrade starter = grade_of(fault()), further = grade_of(fault());
    REQUIRE(grading::shows_what_the_starter_does(further));
    CHECK(contradictions(further, &starter).empty());
    further.runs[0].evidence.cpus[1].registers->control.cr4 |= x86::cr4::pge;
    further.runs[0].evidence.cpus[1].arrival->registers.control.cr4 |= x86::cr4::pge;
    CHECK(contradictions(further, &starter).at(0).starts_with("like-the-starter: "));
}
