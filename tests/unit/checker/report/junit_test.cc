#include "checker/report/junit.h"

#include <doctest/doctest.h>
#include <pugixml.hpp>

#include "tests/unit/checker/report/graded.h"

using graded::contains;
using grading::Grade;
using grading::LabGrade;

namespace {

// Parsed anew, by a parser.
struct Report {
    explicit Report(const std::vector<LabGrade>& labs) : text(report::junit({labs, {}})) {
        REQUIRE(document.load_buffer(text.data(), text.size(), pugi::parse_full));
        suites = document.child("testsuites");
        suite = suites.child("testsuite");
    }

    unsigned count(const char* path) const {
        return static_cast<unsigned>(document.select_nodes(path).size());
    }

    std::string text;
    pugi::xml_document document;
    pugi::xml_node suites, suite;
};

std::size_t facts() {
    return synthetic::lab_5().facts.size();
}

}  // namespace

TEST_CASE("JUnit: a suite for each lab, a case for each fact") {
    const Report report{{graded::passed(), graded::passed()}};
    CHECK(report.count("/testsuites/testsuite") == 2);
    CHECK(report.count("//testcase") == 2 * facts());
    CHECK(report.count("//failure | //error") == 0);
    CHECK(report.suites.attribute("tests").as_uint() == 2 * facts());
    CHECK(report.suites.attribute("failures").as_uint() == 0);
    CHECK(report.suite.attribute("name").value() ==
          std::string{"Lab 5: No-execute and write-protect"});
    CHECK(report.suite.attribute("time").as_double() == doctest::Approx(0.2));
    const pugi::xml_node first = report.suite.child("testcase");
    CHECK(first.attribute("classname").value() == std::string{"sipi.5-nx-wp"});
    CHECK(first.attribute("name").value() == synthetic::lab_5().facts[0].text);
    CHECK(report.text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"));
}

TEST_CASE("JUnit: what is not done is a failure, with the diagnosis") {
    const Report report{{graded::untouched()}};
    CHECK(report.suite.attribute("failures").as_uint() == facts());
    CHECK(report.count("//error") == 0);
    const pugi::xml_node failure = report.suite.child("testcase").child("failure");
    CHECK(failure.attribute("type").value() == std::string{"fault"});
    CHECK(contains(failure.attribute("message").value(), "EFER.NXE was 0"));
    CHECK(contains(failure.text().get(), "nxe-missing"));
    CHECK(contains(failure.text().get(), "kernel/smp/per_cpu.cc:31"));
}

TEST_CASE("JUnit: a part of a lab is a part of its cases") {
    evidence::Evidence half = synthetic::passing();
    for (unsigned cpu = 1; cpu < 4; ++cpu)
        half.cpus[cpu].arrival->registers.control.efer = x86::efer::lme | x86::efer::lma;
    const Report report{{graded::by({half})}};
    CHECK(report.suite.attribute("failures").as_uint() == 1);
    CHECK(report.count("//testcase[failure]") == 1);
}

TEST_CASE("JUnit: what does not build fails everywhere") {
    const Report report{{graded::does_not_build("match_bsp.cc:9:1: error: no")}};
    CHECK(report.count("//failure[@type='build-error']") == facts());
    CHECK(contains(report.suite.child("testcase").child("failure").text().get(), "match_bsp.cc:9"));
}

TEST_CASE("JUnit: what the checker could not judge is an error, never a failure") {
    const Report none{{graded::by({graded::without_engine()})}};
    CHECK(none.count("//error[@type='checker-error']") == facts());
    CHECK(none.count("//failure") == 0);
    CHECK(none.suites.attribute("errors").as_uint() == facts());

    // One engine judged, and all is well; that the other did not must still be seen.
    const Report half{{graded::by({synthetic::passing(), graded::without_engine()})}};
    CHECK(half.count("//failure") == 0);
    CHECK(half.count("//error") == 1);
    CHECK(half.count("//testcase[@name='Bochs can judge the lab']/error") == 1);

    LabGrade broken = grading::assemble(synthetic::lab_5(), {});
    broken.checker_error = "the kernel does not build even with the reference";
    const Report error{{broken}};
    CHECK(error.count("//error") == facts());
}

TEST_CASE("JUnit: no lab that has not passed is green") {
    LabGrade odd = graded::passed();
    odd.verdict.outcome = judgement::Outcome::hang;
    CHECK(Report{{odd}}.count("//failure[@type='hang']") == 1);
}

TEST_CASE("JUnit: hostile text stays text") {
    for (const LabGrade& grade : {graded::hostile(), graded::does_not_build(graded::wicked)}) {
        const Report report{{grade}};
        CHECK(report.count("//*") == 2 + 2 * facts());
        CHECK(report.count("//comment()") == 0);
        CHECK(graded::is_harmless(report.text));
        CHECK_FALSE(contains(report.text, "&#27;"));  // as a reference it is forbidden too
        CHECK(contains(report.suite.child("testcase").child("failure").text().get(),
                       "]]></failure><!-- \"'&?[2J"));
    }
}
