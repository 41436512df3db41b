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

TEST_CASE("the kernel with all labs changes no points") {
    grading::Grade grade{{graded::passed()}, {}};
    grade.together = grading::Together{graded::untouched(), {}};
    CHECK(grading::points(grade).earned == 20);
    CHECK(grading::points(grade).possible == 20);
}
