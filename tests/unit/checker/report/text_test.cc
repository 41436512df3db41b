#include "checker/report/text.h"

#include <algorithm>
#include <doctest/doctest.h>

#include "checker/process/output.h"
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
    CHECK(grade.verdict.points == 4);
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
          "Missing: EFER.NXE of every started AP equals the BSP's: CPU 1 has it clear");
}

TEST_CASE("all labs of a student: every report, and a line for each in the end") {
    const std::string text = report::every_report({{graded::passed(), graded::untouched()}}, plain);
    CHECK(contains(text, "bit 63 is set (NX)"));
    CHECK(text.ends_with(
        "Lab 5  No-execute and write-protect              passed           20 of 20\n"
        "Lab 5  No-execute and write-protect              fault             0 of 20\n"
        "1 of 2 labs done\n"));
}

namespace {

std::size_t longest_line(std::string_view text) {
    std::size_t longest = 0;
    while (const auto line = process::take_line(text))
        longest = std::max(longest, line->size());
    return longest;
}

}  // namespace

TEST_CASE("no line is longer than the terminal is wide") {
    for (const std::size_t width : {60u, 80u, 100u}) {
        const report::Style style{false, width};
        const grading::LabGrade grade = graded::untouched();
        for (const std::string& report :
             {report::text(grade, style), report::in_short(grade, style),
              report::autopsy(grade, style)}) {
            std::string without_title = report.substr(report.find('\n'));
            CHECK(longest_line(without_title) <= width);
            CHECK(longest_line(without_title) > width - 20);
        }
    }
    CHECK(longest_line(report::text(graded::untouched(), plain)) <= report::usual_width);
}

TEST_CASE("points first, then the cause, then what shows it") {
    const std::string text = report::text(graded::untouched(), plain);
    CHECK(text.find("0 of 6") < text.find("CPU 1 used a page"));
    CHECK(text.find("CPU 1 used a page") < text.find("  exceptions "));
    CHECK(text.find("  exceptions ") < text.find("  What to do "));
}

TEST_CASE("a point that was not earned says what was seen, and where to look") {
    grading::LabGrade grade = graded::untouched();
    grade.lab.facts[0].look = "match_bsp.asm";
    const std::string text = report::text(grade, report::Style{false, 100});
    CHECK(contains(text, "CPU 1 has it clear; see\n"));
    CHECK(contains(text, "labs/5-nx-wp/match_bsp.asm\n"));
    CHECK(contains(text, "; why is told below\n"));
    CHECK_FALSE(contains(report::text(graded::passed(), plain), "see "));
}

TEST_CASE("in short: what is missing, the cause, the place, what to do") {
    const std::string text = report::in_short(graded::untouched(), plain);
    CHECK(contains(text, "fault             0 of 20\n"));
    CHECK(contains(text, "  Cause        CPU 1 used a page marked no-execute"));
    CHECK(contains(text, "#PF at kernel/smp/per_cpu.cc:31 in smp::init_percpu"));
    CHECK(contains(text, "  What to do   "));
    CHECK_FALSE(contains(text, "page walk"));
    CHECK(std::ranges::count(report::in_short(graded::passed(), plain), '\n') == 1);
    CHECK(contains(report::in_short(graded::does_not_build("a.cc:1:1: error: x"), plain),
                   "error: x"));
    CHECK(
        contains(report::in_short(graded::by({graded::without_engine()}), plain), "not installed"));
}

TEST_CASE("the second engine agrees in a line, or everything is told") {
    const grading::LabGrade first = graded::by({synthetic::documented_fault()});
    const std::string same = report::second_opinion(graded::untouched(), first, "ALL", plain);
    CHECK(same.starts_with("  Bochs        agrees ("));
    CHECK_FALSE(contains(same, "ALL"));

    const std::string other = report::second_opinion(
        graded::by({synthetic::documented_fault(), synthetic::passing(evidence::Engine::bochs)}),
        first, "ALL", plain);
    CHECK(other.starts_with("  Bochs        differs ("));
    CHECK(contains(other, "): passed. Of both together:\n\nALL"));

    const std::string failed =
        report::second_opinion(graded::by({synthetic::passing(), graded::without_engine()}),
                               graded::by({synthetic::passing()}), "ALL", plain);
    CHECK(contains(failed, "differs"));
    CHECK(contains(failed, "ALL"));
}

TEST_CASE("nothing that a submission says reaches the terminal") {
    for (const grading::LabGrade& grade :
         {graded::hostile(), graded::does_not_build(graded::wicked)}) {
        CHECK(graded::is_harmless(report::text(grade, plain)));
        CHECK(graded::is_harmless(report::in_short(grade, plain)));
        CHECK(graded::is_harmless(report::overview({{grade}}, plain)));
        CHECK(graded::is_harmless(report::every_report({{grade}}, plain)));
    }
}
