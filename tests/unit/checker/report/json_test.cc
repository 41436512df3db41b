#include "checker/report/json.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <string>

#include "checker/report/layout.h"
#include "checker/report/story.h"
#include "checker/report/text.h"
#include "tests/unit/checker/report/graded.h"

using evidence::Engine;
using evidence::Evidence;
using graded::contains;
using graded::plain;
using graded::untouched;
using graded::without_engine;
using grading::LabGrade;
using synthetic::lab_5;
using Json = nlohmann::json;

TEST_CASE("what two engines agree on is said once") {
    const std::string text = report::text(untouched(), plain);
    CHECK(contains(text, "fault             0 of 20"));
    CHECK(text.find("(nxe-missing)") == text.rfind("(nxe-missing)"));
    CHECK(contains(text, "make cause ID=nxe-missing"));
    CHECK(contains(text, "0x0b: for"));
    CHECK(contains(text, "kernel/smp/per_cpu.cc:31 in smp::init_percpu"));
    CHECK(contains(text, "bit 63 is set (NX)"));
    CHECK(contains(text, "labs/5-nx-wp/README.md, \"What you see now\""));
    CHECK(contains(text, "The untouched starter shows the same"));
    CHECK_FALSE(contains(text, "\x1b["));
    CHECK(text.find('\n', 0) < 80);
}

TEST_CASE("where they disagree, the worse story comes first") {
    const LabGrade grade =
        graded::by({synthetic::passing(), synthetic::documented_fault(Engine::bochs)});
    const auto groups = report::agreements(grade);
    REQUIRE(groups.size() == 2);
    CHECK(groups[0].front()->evidence.engine == Engine::bochs);
    const std::string text = report::text(grade, plain);
    CHECK(contains(text, "Bochs (0.10 s), 4 CPUs: fault."));
    CHECK(contains(text, "QEMU (0.10 s), 4 CPUs: passed."));
    CHECK_FALSE(contains(text, "untouched starter"));
}

TEST_CASE("an engine of another version is noticed") {
    Evidence old = synthetic::documented_fault();
    old.cpus[1].exceptions[0].error = 0x0b;
    const LabGrade grade = graded::by({old});
    const auto remarks = report::remarks(lab_5(), report::agreements(grade).at(0));
    REQUIRE(remarks.size() == 1);
    CHECK(remarks[0] == "The lab documents 0x0a for QEMU; this version says 0x0b.");
}

TEST_CASE("a checker error costs nothing and is no pass") {
    const LabGrade half = graded::by({synthetic::passing(), without_engine()});
    CHECK(half.verdict.outcome == judgement::Outcome::checker_error);
    CHECK(half.verdict.points == 20);
    CHECK_FALSE(grading::not_judged(half));
    CHECK(contains(report::text(half, plain), "bochs is not installed."));

    const grading::Grade all{{graded::by({without_engine()}), graded::by({synthetic::passing()})}};
    CHECK(grading::points(all).earned == 20);
    CHECK(grading::points(all).possible == 20);
    CHECK(contains(report::points(all, plain), "20 of 20 points, one lab not judged"));
}

TEST_CASE("JSON has its fixed part") {
    const Json all = Json::parse(report::json({{untouched()}}));
    CHECK(all["points"] == 0);
    CHECK(all["max_points"] == 20);
    const Json& lab = all["labs"][0];
    CHECK(lab["lab"] == 5);
    CHECK(lab["name"] == "nx-wp");
    CHECK(lab["outcome"] == "fault");
    CHECK(lab["diagnosis"] == "nxe-missing");
    const Json& run = lab["runs"][1];
    CHECK(run["engine"] == "bochs");
    CHECK(run["cpus_requested"] == 4);
    CHECK(run["outcome"] == "fault");
    CHECK(run["diagnosis"] == "nxe-missing");
    CHECK(run["seconds"].is_number());
    const Json& cpu = run["cpus"][1];
    CHECK(cpu["cpu"] == 1);
    CHECK(cpu["trace"] == "rpalRJW123ABCXY");
    const Json& exception = cpu["exceptions"][0];
    CHECK(exception["vector"] == 14);
    CHECK(exception["error"] == 11);
    CHECK(exception["rip"] == "0xffffffff8000780e");
    CHECK(exception["cr2"] == "0xffffffff80012340");
    CHECK(exception["symbol"] == "init_percpu");
    CHECK(exception["file"] == "kernel/smp/per_cpu.cc");
    CHECK(exception["line"] == 31);
}

TEST_CASE("JSON: null diagnosis when passed, an id when it does not build") {
    const Json passed = Json::parse(report::json({{graded::by({synthetic::passing()})}}));
    CHECK(passed["labs"][0]["diagnosis"].is_null());
    CHECK(passed["labs"][0]["outcome"] == "passed");
    CHECK(passed["points"] == 20);

    const LabGrade broken =
        graded::does_not_build("labs/5-nx-wp/match_bsp.cc:9:1: error: \xff\x1b[2J");
    const Json json = Json::parse(report::json({{broken}}));
    CHECK(json["labs"][0]["outcome"] == "build-error");
    CHECK(json["labs"][0]["diagnosis"] == "does-not-build");
    CHECK(json["max_points"] == 20);
    CHECK_FALSE(contains(report::text(broken, plain), "\x1b"));
}

TEST_CASE("paragraphs break at spaces") {
    using Strings = std::vector<std::string>;
    CHECK(report::wrap("one two three", 7) == Strings{"one two", "three"});
    CHECK(report::wrap("unbreakable it is", 4) == Strings{"unbreakable", "it", "is"});
    CHECK(report::wrap("", 4).empty());
    CHECK(report::row("Why", 5, {"a", "b"}) == "  Why    a\n         b\n");
}
