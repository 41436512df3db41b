#include "checker/report/story.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "checker/report/json.h"
#include "checker/report/text.h"
#include "tests/unit/checker/report/graded.h"

using grading::Together;
using Json = nlohmann::json;

namespace {

std::string first_line(const Together& together, std::size_t labs = 6) {
    return report::whole(together, labs).front();
}

Json whole_of(const grading::Grade& grade) {
    return Json::parse(report::json(grade))["whole"];
}

}  // namespace

TEST_CASE("the kernel with all labs comes up whole, or stops somewhere") {
    CHECK(first_line({graded::passed(), {}}) ==
          "Your own kernel, all six labs together: comes up whole in QEMU and Bochs");
    CHECK(report::whole({graded::passed(), {}}, 6).size() == 1);
    const auto lines = report::whole({graded::untouched(), {}}, 6);
    REQUIRE(lines.size() == 3);
    CHECK(lines[0] == "Your own kernel, all six labs together: stops in QEMU and Bochs");
    CHECK(lines[2] == "#PF at kernel/smp/per_cpu.cc:31 in smp::init_percpu");
}

TEST_CASE("engines may differ about it") {
    const grading::LabGrade grade =
        graded::by({synthetic::passing(), synthetic::documented_fault(evidence::Engine::bochs)});
    CHECK(first_line({grade, {}}, 2) ==
          "Your own kernel, all two labs together: comes up whole in QEMU; stops in Bochs");
}

TEST_CASE("what is shown for two engines says where the other one differs") {
    grading::LabGrade grade = graded::untouched();
    const report::Agreeing both{&grade.runs[0], &grade.runs[1]};
    const auto same = report::remarks(grade.lab, both);
    diagnosis::Diagnosis& in_bochs = *grade.runs[1].diagnosis;
    in_bochs.cause = "CR0 is 0x10.";
    REQUIRE(!in_bochs.exhibits.empty());
    in_bochs.exhibits.front() = {grade.runs[0].diagnosis->exhibits.front().label, {"0x10"}};
    auto all = report::remarks(grade.lab, both);
    REQUIRE(all.size() == same.size() + 2);
    CHECK(all[0] == "In Bochs: CR0 is 0x10.");
    CHECK(all[1] == "Shown as QEMU has it, which differs from Bochs: " +
                        in_bochs.exhibits.front().label + ".");
    // So does what explains it, behind the catalogue's own words.
    in_bochs.meaning = in_bochs.about.why + " Bit 0 is set.";
    CHECK(report::remarks(grade.lab, both)[1] == "In Bochs: Bit 0 is set.");
}

TEST_CASE("it is booted once each lab passes") {
    const grading::LabGrade none = grading::assemble(synthetic::lab_5(), {});
    CHECK(report::whole({none, {3}}, 6) ==
          std::vector<std::string>{
              "Your own kernel, all six labs together: booted once lab 3 passes"});
    CHECK(first_line({none, {3, 4}}).ends_with("booted once labs 3, 4 pass"));
    CHECK(first_line({graded::does_not_build("twice defined"), {}})
              .ends_with("does not build, though each lab does"));
}

TEST_CASE("the report ends with it, and with the points") {
    grading::Grade grade{{graded::passed()}, {}};
    grade.together = Together{graded::passed(), {}};
    CHECK(report::overview(grade, graded::plain)
              .ends_with("\nYour own kernel, with its one lab: comes up whole in QEMU and Bochs\n"
                         "\n20 of 20 points\n"));
    CHECK(graded::contains(report::every_report(grade, graded::plain), "Your own kernel"));
}

TEST_CASE("JSON has it, and null where one lab was graded") {
    grading::Grade grade{{graded::passed()}, {}};
    CHECK(whole_of(grade).is_null());

    grade.together = Together{graded::untouched(), {}};
    const Json stops = whole_of(grade);
    CHECK(stops["comes_up"] == false);
    CHECK(stops["outcome"] == "fault");
    CHECK(stops["diagnosis"] == "nxe-missing");
    CHECK(stops["runs"].size() == 2);
    CHECK(stops["labs"] == Json::array({5}));

    grade.together = Together{graded::passed(), {}};
    CHECK(whole_of(grade)["comes_up"] == true);
    CHECK(whole_of(grade)["diagnosis"].is_null());

    grade.together = Together{grading::assemble(synthetic::lab_5(), {}), {5}};
    CHECK(whole_of(grade)["comes_up"].is_null());
    CHECK(whole_of(grade)["outcome"].is_null());
    CHECK(whole_of(grade)["waits_for"] == Json::array({5}));
}
