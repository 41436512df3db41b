#include "checker/report/page.h"

#include <doctest/doctest.h>

#include "checker/report/markup.h"
#include "tests/unit/checker/report/parsed_page.h"

using graded::contains;
using graded::of_class;
using graded::Page;
using grading::Grade;
using grading::LabGrade;

namespace {

// Ends every element and attribute that a careless page would put it into.
const std::string markup =
    "</pre></style><script>alert(1)</script><img src=x onerror=alert(2)>\"' onload='x" +
    graded::wicked;

}  // namespace

TEST_CASE("HTML: one lab, the cause first") {
    const Page page{{graded::untouched()}};
    CHECK(page.count("//h2") == 1);
    CHECK(page.words("//h2") == "Lab 5: No-execute and write-protect");
    CHECK(contains(page.words(of_class("p", "result")), "0 of 20 points"));
    CHECK(contains(page.words(of_class("span", "badge")), "fault"));
    CHECK(contains(page.words(of_class("p", "lead")), "EFER.NXE was 0"));
    CHECK(page.text.find("EFER.NXE was 0") < page.text.find("How far each CPU came"));
    CHECK(contains(page.words("//dl[@class='advice']"), "What you see now"));
    CHECK(page.count("//table[@class='facts']/tbody/tr") == synthetic::lab_5().facts.size());
    CHECK(page.count("//table[@class='summary']") == 0);
}

TEST_CASE("HTML: the page loads nothing, runs nothing, and says so") {
    const Page page{{graded::untouched()}};
    CHECK(page.count("//script | //link | //img | //iframe | //object | //form") == 0);
    CHECK(page.count("//@src | //@style | //@onload | //@onclick") == 0);
    CHECK(page.count("//@href[not(starts-with(., '#'))]") == 0);
    CHECK(page.count("//meta[starts-with(@content, \"default-src 'none'\")]") == 1);
    CHECK_FALSE(contains(report::page_style(), "url("));
    CHECK_FALSE(contains(report::page_style(), "@import"));
    CHECK(report::page_style().find_first_of("<&") == std::string_view::npos);
}

TEST_CASE("HTML: every table has headers, every picture words") {
    const Page page{{graded::untouched(), graded::passed()}};
    CHECK(page.count("//table") > 5);
    CHECK(page.count("//table[not(thead/tr/th[@scope='col'])]") == 0);
    CHECK(page.count("//th[not(@scope)]") == 0);
    CHECK(page.count("//svg[not(@aria-hidden) and not(@aria-label)]") == 0);
    CHECK(page.count("//*[@role='img'][not(@aria-label)]") == 0);
    CHECK_FALSE(contains(page.text, "<td/>"));  // to HTML that is a beginning without an end
}

TEST_CASE("HTML: only the given code and the seam files are shown") {
    const auto read = report::shown_files(".", "labs", {synthetic::lab_5()});
    CHECK(contains(read("kernel/smp/per_cpu.cc").value_or(""), "init_percpu"));
    CHECK(contains(read("trampoline/protected_mode.asm").value_or(""), "bits"));
    CHECK(contains(read("labs/5-nx-wp/match_bsp.cc").value_or(""), "student code begins"));
    CHECK(contains(read("5-nx-wp/match_bsp.cc").value_or(""), "student code begins"));
    for (const char* name :
         {"solutions/5-nx-wp/match_bsp.cc", "/etc/passwd", "../README.md", "README.md",
          "kernel/../solutions/5-nx-wp/match_bsp.cc", "kernel/kernel.ld", "kernel/../Makefile",
          "kernel", "kernel/", "kernel/cpu", "kernel/none.cc", "labs/5-nx-wp/lab.toml",
          "labs/5-nx-wp/../5-nx-wp/match_bsp.cc", "labs/1-identity-map/identity_map.cc", "",
          "checker/main.cc"})
        CHECK_MESSAGE(!read(name), name);
}

TEST_CASE("HTML: what the engines disagree on is marked") {
    const Page page{{graded::untouched()}};
    const std::string row = "//table[@class='engines']/tbody/tr";
    CHECK(page.words(row + "[th='First error code']/td[1]") == "0x0a");
    CHECK(page.words(row + "[th='First error code']/td[2]") == "0x0b");
    CHECK(page.words(row + "[th='First error code']/td[3]") == "\u2260");
    CHECK(page.words(row + "[th='Outcome']/td[3]").empty());
    CHECK(page.words(row + "[th='Time']/td[3]").empty());
    CHECK(contains(page.words("//main"), "QEMU's error code is 0x0a, Bochs's 0x0b"));
    CHECK(page.count("//details[@class='other']") == 1);  // one story, told once
    CHECK(Page{{graded::by({synthetic::documented_fault()})}}.count("//table[@class='engines']") ==
          0);

    const Page two{
        {graded::by({synthetic::passing(), synthetic::documented_fault(evidence::Engine::bochs)})}};
    CHECK(two.count("//article[@class='story']") == 2);
    CHECK(two.words(row + "[th='Outcome']/td[3]") == "\u2260");
}

TEST_CASE("HTML: a lab that passed is short") {
    const Page page{{graded::passed()}};
    CHECK(contains(page.words(of_class("span", "badge")), "\u2713 passed"));
    CHECK(contains(page.words(of_class("p", "result")), "seen in QEMU and Bochs, 4 CPUs"));
    CHECK(page.count("//article | //pre | //svg | //details") == 0);
    CHECK(page.count("//table") == 1);
    CHECK(page.count("//td[@class='yes']") == synthetic::lab_5().facts.size());
    CHECK(page.text.size() - report::page_style().size() < 3000);
}

TEST_CASE("HTML: several labs begin with a table that leads to each") {
    LabGrade other = graded::passed();
    other.lab.number = 6;
    Grade grade{{graded::untouched(), other}, {}};
    grade.together = grading::Together{graded::passed(), {}};
    const Page page{grade};
    CHECK(page.count("//table[@class='summary']/tbody/tr") == 2);
    CHECK(page.count("//a[@href='#lab-5']") == 1);
    CHECK(page.count("//section[@id='lab-5']") == 1);
    CHECK(page.count("//section[@id='lab-6']") == 1);
    CHECK(contains(page.words("//section"), "20 of 40 points"));
    CHECK(contains(page.words("//section"), "comes up whole"));
}

TEST_CASE("HTML: what did not build, and what could not be judged") {
    const Page broken{{graded::does_not_build("match_bsp.cc:9:1: error: no")}};
    CHECK(contains(broken.words("//pre"), "match_bsp.cc:9:1: error: no"));
    CHECK(broken.count("//table[@class='timeline']") == 0);

    const Page none{{graded::by({graded::without_engine()})}};
    CHECK(contains(none.words("//main"), "could not judge, which costs no point"));
    CHECK(contains(none.words("//pre"), "bochs is not installed."));
    CHECK(contains(none.words(of_class("p", "result")), "not judged"));

    LabGrade failed = grading::assemble(synthetic::lab_5(), {});
    failed.checker_error = "the disk is full";
    CHECK(contains(Page{{failed}}.words("//pre"), "the disk is full"));
}

TEST_CASE("HTML: hostile text stays text, wherever it stands") {
    LabGrade hostile = graded::hostile();
    evidence::Evidence& evidence = hostile.runs[0].evidence;
    evidence::Cpu& cpu = evidence.cpus[1];
    for (evidence::Exception& each : cpu.exceptions) {
        each.where = {each.where.address, markup, markup, 1, markup};
        each.engine_text = markup;
    }
    cpu.trace = markup;
    evidence.panic_text = evidence.serial = markup;
    hostile.runs[0].diagnosis->cause = hostile.runs[0].diagnosis->advice = markup;
    hostile.runs[0].diagnosis->meaning = markup;
    hostile.from_starter = {markup};
    LabGrade broken = graded::does_not_build(markup);
    LabGrade failed = grading::assemble(synthetic::lab_5(), {});
    failed.checker_error = markup;
    LabGrade stands = graded::by({synthetic::passing()});
    stands.verdict.outcome = stands.runs[0].verdict.outcome = judgement::Outcome::hang;
    stands.runs[0].diagnosis = hostile.runs[0].diagnosis;
    stands.runs[0].evidence.cpus[1].where = {0, markup, markup, 1, markup};

    for (const LabGrade& grade : {hostile, broken, failed, stands, graded::by({evidence})}) {
        const Page page{{grade}, [](const std::string&) { return std::optional{markup}; }};
        CHECK(page.count("//script | //img | //comment() | //@onerror | //@onload") == 0);
        CHECK(page.count("/html/body | /html/head/style") == 2);
        CHECK(graded::is_harmless(page.text));
        CHECK_FALSE(contains(page.text, "&#27;"));
        CHECK(contains(page.words("//main"), "</pre></style><script>alert(1)</script>"));
    }
}

TEST_CASE("HTML: a guest that floods does not make a large page") {
    LabGrade grade = graded::by({synthetic::documented_fault()});
    evidence::Evidence& evidence = grade.runs[0].evidence;
    const std::string flood(1'000'000, 'x');
    evidence.serial = evidence.panic_text = flood;
    evidence.cpus[1].trace = flood;
    for (evidence::Exception& each : evidence.cpus[1].exceptions)
        each.where = {0, flood, flood, 1, flood};
    const Page page{{grade}, [&](const std::string&) { return std::optional{flood}; }};
    CHECK(page.text.size() < 60'000);
}
