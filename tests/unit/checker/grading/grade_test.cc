#include "checker/grading/grade.h"

#include <array>
#include <doctest/doctest.h>

#include "tests/unit/checker/report/graded.h"

using judgement::Outcome;

TEST_CASE("all labs together are judged by every fact of each, and worth nothing") {
    const std::array labs{synthetic::lab_5(), synthetic::lab_5()};
    const lab::Lab all = grading::all_together(labs);
    CHECK(all.number == 0);
    CHECK(all.points == 0);
    CHECK(all.facts.size() == 2 * synthetic::lab_5().facts.size());
    for (const lab::Fact& fact : all.facts)
        CHECK(fact.points == 0);

    CHECK(grading::assess(all, synthetic::passing()).verdict.outcome == Outcome::passed);
    CHECK(grading::assess(all, synthetic::documented_fault()).verdict.outcome == Outcome::fault);
    evidence::Evidence half = synthetic::passing();
    half.cpus[2].registers->control.cr0 = x86::cr0::pe | x86::cr0::pg;
    CHECK(grading::assess(all, half).verdict.outcome == Outcome::not_yet);
}

TEST_CASE("a second machine is asked for its facts, and takes none of the others'") {
    lab::Lab lab = synthetic::lab_5();
    lab.second_machine = "another";
    for (lab::Fact& fact : lab.facts) {
        fact.on_second = fact.id == "inherits";
        fact.on_first = !fact.on_second;
    }
    const grading::Run first = grading::assess(lab, synthetic::passing());
    CHECK(first.verdict.outcome == Outcome::passed);
    CHECK(grading::assemble(lab, {first}).verdict.points == 16);

    evidence::Evidence other = synthetic::passing();
    other.second_machine = true;
    for (evidence::Cpu& cpu : other.cpus) {
        const x86::ControlState plain{.cr0 = x86::cr0::pe | x86::cr0::pg,
                                      .cr3 = cpu.registers->control.cr3,
                                      .cr4 = x86::cr4::pae,
                                      .efer = x86::efer::lme | x86::efer::lma};
        cpu.registers->control = plain;
        if (cpu.arrival)
            cpu.arrival->registers.control = plain;
    }
    const grading::Run passed = grading::after_second(first, grading::assess(lab, other));
    CHECK(!passed.evidence.second_machine);
    CHECK(grading::assemble(lab, {passed}).verdict.points == 20);

    other.cpus[1].arrival->registers.control.efer |= x86::efer::nxe;
    const grading::Run restated = grading::after_second(first, grading::assess(lab, other));
    CHECK(restated.evidence.second_machine);
    CHECK(restated.diagnosis->id == "nxe-restated");
    CHECK(grading::assemble(lab, {restated}).verdict.points == 16);
    const grading::LabGrade both = grading::assemble(lab, {passed, restated});
    CHECK(both.verdict.outcome == Outcome::not_yet);
    CHECK(both.verdict.points == 16);

    evidence::Evidence broken = other;
    broken.end = evidence::End::engine_failed;
    const grading::Run failed = grading::after_second(first, grading::assess(lab, broken));
    CHECK(grading::assemble(lab, {passed, failed}).verdict.points == 20);
}

TEST_CASE("the kernel with all labs changes no points") {
    grading::Grade grade{{graded::passed()}, {}};
    grade.together = grading::Together{graded::untouched(), {}};
    CHECK(grading::points(grade).earned == 20);
    CHECK(grading::points(grade).possible == 20);
}
