#include "checker/report/text.h"

#include <algorithm>
#include <doctest/doctest.h>

#include "checker/report/story.h"
#include "tests/unit/checker/report/graded.h"

using graded::contains;
using graded::plain;
using Lines = std::vector<std::string>;

TEST_CASE("the whole grade is a few lines for each lab, the cause first") {
    const std::string text = report::overview({{graded::passed(), graded::untouched()}}, plain);
    CHECK(text ==
          "Lab 5  No-execute and write-protect              passed           20 of 20\n"
          "Lab 5  No-execute and write-protect              fault             0 of 20\n"
          "       CPU 1 used a page marked no-execute while its EFER.NXE was 0.\n"
          "       #PF at kernel/smp/per_cpu.cc:31 in smp::init_percpu\n"
          "       The untouched starter shows the same.\n"
          "\n"
          "20 of 40 points\n");
}

TEST_CASE("a lab with points is not called untouched") {
    evidence::Evidence begun = synthetic::documented_fault();
    for (evidence::Cpu& cpu : begun.cpus)
        if (cpu.registers)
            cpu.registers->control.cr0 |= x86::cr0::wp;
    const grading::LabGrade grade = graded::by({begun});
    CHECK(grade.verdict.points == 6);
    CHECK_FALSE(grading::shows_what_the_starter_does(grade));
    CHECK_FALSE(contains(report::text(grade, plain), "untouched"));
    CHECK_FALSE(contains(report::overview({{grade}}, plain), "untouched"));
    CHECK(grading::shows_what_the_starter_does(graded::untouched()));
}

TEST_CASE("in brief: nothing for a pass, each story where engines differ") {
    CHECK(report::brief(graded::passed()).empty());
    CHECK(report::brief(graded::by(
              {synthetic::passing(), synthetic::documented_fault(evidence::Engine::bochs)})) ==
          Lines{"Bochs: CPU 1 used a page marked no-execute while its EFER.NXE was 0.",
                "#PF at kernel/smp/per_cpu.cc:31 in smp::init_percpu"});
    CHECK(report::brief(graded::does_not_build("a.cc:1:1: error: x")) ==
          Lines{"It does not build.", "a.cc:1:1: error: x"});
    CHECK(report::brief(graded::by({graded::without_engine()})) ==
          Lines{"The checker could not judge: bochs is not installed."});
}

TEST_CASE("in brief: what hangs stands somewhere, what nobody knows lacks something") {
    evidence::Evidence hung = synthetic::passing();
    hung.end = evidence::End::timed_out;
    hung.cpus[1].trace = "rp";
    hung.cpus[1].where = {0x8100, "real_mode", "labs/3-trampoline/real_mode.asm", 18, "jmp 0x8100"};
    const Lines lines = report::brief(graded::by({hung}));
    CHECK(std::ranges::find(lines,
                            "CPU 1 stands at labs/3-trampoline/real_mode.asm:18 in "
                            "real_mode") != lines.end());

    grading::LabGrade odd = graded::untouched();
    for (grading::Run& run : odd.runs)
        run.diagnosis->id = diagnosis::unknown_id;
    CHECK(report::brief(odd).back() ==
          "Missing: EFER.NXE of every AP that started equals the BSP's: CPU 1 has it clear");
}

TEST_CASE("all labs of a student: every report, and a line for each in the end") {
    const std::string text = report::every_report({{graded::passed(), graded::untouched()}}, plain);
    CHECK(contains(text, "bit 63 is set (NX)"));
    CHECK(text.ends_with(
        "Lab 5  No-execute and write-protect              passed           20 of 20\n"
        "Lab 5  No-execute and write-protect              fault             0 of 20\n"
        "1 of 2 labs done\n"));
}

TEST_CASE("nothing that a submission says reaches the terminal") {
    for (const grading::LabGrade& grade :
         {graded::hostile(), graded::does_not_build(graded::wicked)}) {
        CHECK(graded::is_harmless(report::text(grade, plain)));
        CHECK(graded::is_harmless(report::overview({{grade}}, plain)));
        CHECK(graded::is_harmless(report::every_report({{grade}}, plain)));
    }
}
