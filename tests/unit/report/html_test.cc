#include "checker/report/html.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <pugixml.hpp>

#include "checker/report/html_chain.h"
#include "checker/report/html_files.h"
#include "checker/report/html_style.h"
#include "checker/report/html_timeline.h"
#include "tests/unit/report/graded.h"
#include "trampoline/stage.h"

using graded::contains;
using grading::Grade;
using grading::LabGrade;

namespace {

// Ends every element and attribute that a careless page would put it into.
const std::string markup =
    "</pre></style><script>alert(1)</script><img src=x onerror=alert(2)>\"' onload='x" +
    graded::wicked;

// Parsed anew, by a parser.
struct Page {
    explicit Page(const std::vector<LabGrade>& labs, const report::SourceReader& sources = {})
        : Page(Grade{labs, {}}, sources) {}
    explicit Page(const Grade& grade, const report::SourceReader& sources = {})
        : text(report::html(grade, sources)) {
        REQUIRE(document.load_buffer(text.data(), text.size(), pugi::parse_full));
    }

    unsigned count(const std::string& path) const {
        return static_cast<unsigned>(document.select_nodes(path.c_str()).size());
    }
    /// All the text of the first element that the path leads to.
    std::string words(const std::string& path) const {
        const pugi::xpath_query query{("string(" + path + ")").c_str()};
        return query.evaluate_string(document);
    }

    std::string text;
    pugi::xml_document document;
};

std::string of_class(const std::string& tag, const std::string& kind) {
    return "//" + tag + "[contains(concat(' ', @class, ' '), ' " + kind + " ')]";
}

LabGrade faulting(const evidence::Evidence& evidence) {
    return graded::by({evidence});
}

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
    CHECK_FALSE(contains(report::html_style, "url("));
    CHECK_FALSE(contains(report::html_style, "@import"));
    CHECK(report::html_style.find_first_of("<&") == std::string_view::npos);
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

TEST_CASE("HTML: how far each CPU came") {
    const Page page{{faulting(synthetic::documented_fault())}};
    const std::string table = "//table[@class='timeline']";
    CHECK(page.count(table + "/tbody/tr") == 3);  // the BSP, CPU 1, and the others in one
    CHECK(page.words(table + "/tbody/tr[3]/th") == "CPU 2\u20133");
    CHECK(page.count(table + "//b[@class='letter left']") == 15);
    CHECK(page.words(table + "//b[@class='letter died']") == "\u2715E");
    CHECK(page.count(table + "//i[@class='letter']") == 11);  // and never F to 6
    CHECK(contains(page.words("//main"), "died before E: \"wrote its id\""));
}

TEST_CASE("HTML: a CPU that came up whole is online, one that died after its start is not") {
    evidence::Evidence evidence = synthetic::documented_fault();
    evidence.cpus[1].trace = trampoline::complete_trace;
    evidence.cpus[2].trace = trampoline::complete_trace;
    const Page page{{faulting(evidence)}};
    const std::string row = "//table[@class='timeline']/tbody/tr";
    CHECK(contains(page.words(row + "[2]/td[@data-mode='Online']"), "\u2715"));
    CHECK(page.words(row + "[3]/td[@data-mode='Online']") == "\u2713 yes");
    CHECK(page.words(row + "[4]/th") == "CPU 3");
}

TEST_CASE("HTML: a hang is marked where it stands, and a trace out of order is shown as it is") {
    evidence::Evidence evidence = synthetic::healthy();
    evidence.end = evidence::End::timed_out;
    evidence.cpus[1].trace = "rpalRJW123";
    evidence.cpus[2].trace = "666";
    const Page page{{faulting(evidence)}};
    CHECK(page.words("//table[@class='timeline']//b[@class='letter waits']") == "\u2026A");
    CHECK(page.count("//table[@class='timeline']//b[@class='letter died']") == 0);
    CHECK(contains(page.words("//table[@class='timeline']"), "left 666, which is not the order"));
}

TEST_CASE("HTML: many CPUs are few rows") {
    evidence::Evidence evidence = synthetic::documented_fault();
    for (unsigned cpu = 4; cpu < 32; ++cpu) {
        evidence.cpus.push_back(evidence.cpus[3]);
        evidence.cpus.back().cpu = cpu;
    }
    const Page page{{faulting(evidence)}};
    CHECK(page.count("//table[@class='timeline']/tbody/tr") == 3);
    CHECK(page.words("//table[@class='timeline']/tbody/tr[3]/th") == "CPU 2\u201331");
}

TEST_CASE("HTML: the exception chain, oldest first") {
    const Page page{{faulting(synthetic::documented_fault())}};
    const std::string chain = "//ol[@class='chain']/li";
    CHECK(page.count(chain) == 4);
    CHECK(page.words(chain + "[1]/h4") == "#PF page fault");
    CHECK(contains(page.words(chain + "[1]"), "0x0a: write, a reserved bit is set in an entry"));
    CHECK(contains(page.words(chain + "[1]"), "kernel/cpu/per_cpu.cc:31"));
    CHECK(contains(page.words(chain + "[1]"), "mov [rax], edi"));
    CHECK(contains(page.words(chain + "[2]"), "0x72: IDT gate 14 (#PF)"));
    CHECK(contains(page.words(chain + "[2]"), "the same instruction"));
    CHECK(page.words(chain + "[4]/h4") == "Triple fault");
}

TEST_CASE("HTML: a chain without end is cut") {
    evidence::Evidence evidence = synthetic::documented_fault();
    auto& exceptions = evidence.cpus[1].exceptions;
    exceptions.resize(500, exceptions.back());
    const Page page{{faulting(evidence)}};
    CHECK(page.count("//ol[@class='chain']/li") == 10);
    CHECK(contains(page.words("//ol[@class='chain']/li[9]"), "and 492 more"));
}

TEST_CASE("HTML: error codes in words") {
    using report::error_in_words;
    CHECK(error_in_words(14, 0x00) == "read, not present");
    CHECK(error_in_words(14, 0x10) == "instruction fetch, not present");
    CHECK(error_in_words(14, 0x0b) == "write, a reserved bit is set in an entry");
    CHECK(error_in_words(14, 0x07) == "write from ring 3, the page forbids it");
    CHECK(error_in_words(13, 0x08) == "GDT entry 1");
    CHECK(error_in_words(13, 0x73) == "IDT gate 14 (#PF), while delivering another event");
    CHECK(error_in_words(13, 0x00) == "no descriptor");
    CHECK(error_in_words(8, 0x00).empty());
}

TEST_CASE("HTML: the page walk, with the bit that ends it") {
    const Page page{{faulting(synthetic::documented_fault())}};
    CHECK(page.count("//ol[@class='walk']/li") == 4);
    CHECK(page.words("//ol[@class='walk']/li[1]//h4") == "PML4[511]");
    CHECK(page.count("//ol[@class='walk']/li[@class='breaks']") == 1);
    CHECK(contains(page.words("//ol[@class='walk']/li[4]"), "0x8000000000112003"));
    CHECK(contains(page.words("//ol[@class='walk']/li[4]"), "bit 63 is reserved"));
    CHECK(page.count("//div[@class='strip']//span[starts-with(@class, 'bit')]") == 64);
    CHECK(page.count(of_class("span", "bit") + "[contains(@class, 'bad')]") == 1);
    CHECK(page.words("(//div[@class='strip']//span)[1]") == "631\u2715NX");
    CHECK(page.words("//ul[@class='legend']/li[@class='bad']/b") == "\u2715 bit 63 NX = 1");

    evidence::Evidence absent = synthetic::documented_fault();
    absent.fault_walk = {1, synthetic::walk_to({}, x86::WalkOutcome::not_present)};
    const Page nothing{{faulting(absent)}};
    CHECK(nothing.words("//ul[@class='legend']/li[@class='bad']/b") == "\u2715 bit 0 P = 0");

    absent.fault_walk->walk.outcome = x86::WalkOutcome::unreadable;
    CHECK(Page{{faulting(absent)}}.count("//div[@class='strip']") == 0);
    absent.fault_walk->walk = {};
    CHECK(contains(Page{{faulting(absent)}}.words("//main"), "no canonical address"));
    absent.fault_walk = {};
    CHECK(Page{{faulting(absent)}}.count("//ol[@class='walk']") == 0);
}

TEST_CASE("HTML: registers beside the BSP's, the differences marked") {
    const Page page{{faulting(synthetic::documented_fault())}};
    const std::string efer = "//table[caption='EFER']/tbody/tr";
    CHECK(page.count(efer) == 4);  // the whole of it, NXE, LMA, LME
    CHECK(page.words(efer + "[th='11 NXE']/td[1]") == "0");
    CHECK(page.words(efer + "[th='11 NXE']/td[2]") == "1");
    CHECK(page.words(efer + "[th='11 NXE']/td[3]") == "\u2260");
    CHECK(page.words(efer + "[th='8 LME']/td[3]").empty());
    CHECK(page.words("//table[caption='CR0']/tbody/tr[th='16 WP']/td[3]") == "\u2260");
    CHECK(page.words("//table[caption='Others']/tbody/tr[th='CS']/td[1]") == "0x0, 64-bit");
    CHECK(page.words("//table[caption='Others']/tbody/tr[th='GDT']/td[1]") == "not told");
}

TEST_CASE("HTML: the trampoline's descriptor tables, where a selector is the matter") {
    evidence::Evidence evidence = synthetic::died_in_trampoline("r", 13, 8, "jmp far 0x0008:0");
    CHECK(Page{{faulting(evidence)}}.count("//table[@class='descriptors']") == 0);
    evidence.trampoline.emplace().page.resize(4096);
    evidence.trampoline->page[0xe08 + 6] = std::byte{0xcf};  // D, G
    evidence.trampoline->page[0xe08 + 5] = std::byte{0x1b};  // code, P clear
    evidence.cpus[1].registers->gdt = {0x8e00, 23};
    const Page page{{faulting(evidence)}};
    CHECK(page.count("//table[@class='descriptors']") == 2);
    CHECK(page.words("//table[@class='descriptors'][1]/tbody/tr[1]/td[2]") == "null");
    CHECK(contains(page.words("//tr[@class='differs'][th='\u2715 0x08']"), "32-bit"));
    CHECK(contains(page.words("//tr[@class='differs'][th='\u2715 0x08']"), "not present"));
    evidence.cpus[1].registers->gdt.base = 0x841f0f;
    CHECK(contains(Page{{faulting(evidence)}}.words("//main"), "its GDT lies at 0x841f0f"));
}

TEST_CASE("HTML: the source lines, the one where it happened marked") {
    std::string file;
    for (int line = 1; line <= 60; ++line)
        file += line == 31 ? "\trecord.id = cpu; // <here> & \"now\"\n" : "line;\n";
    const auto read = [&](const std::string& name) -> std::optional<std::string> {
        return name == "kernel/cpu/per_cpu.cc" ? std::optional{file} : std::nullopt;
    };
    const Page page{{faulting(synthetic::documented_fault())}, read};
    CHECK(page.count("//pre[@class='source']/span") == 13);
    CHECK(page.words("//pre/span[@class='line here']") ==
          "\u25b6   31     record.id = cpu; // <here> & \"now\"\n");

    file = "short\n";  // another version than the one that was built
    CHECK(Page{{faulting(synthetic::documented_fault())}, read}.count("//pre[@class='source']") ==
          0);
    CHECK(Page{{faulting(synthetic::documented_fault())}}.count("//pre[@class='source']") == 0);
}

TEST_CASE("HTML: only the given code and the seam files are shown") {
    const auto read = report::shown_files(".", "labs", {synthetic::lab_5()});
    CHECK(contains(read("kernel/cpu/per_cpu.cc").value_or(""), "init_percpu"));
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
    CHECK(Page{{faulting(synthetic::documented_fault())}}.count("//table[@class='engines']") == 0);

    const Page two{
        {graded::by({synthetic::healthy(), synthetic::documented_fault(evidence::Engine::bochs)})}};
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
    CHECK(page.text.size() - report::html_style.size() < 3000);
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
    LabGrade stands = graded::by({synthetic::healthy()});
    stands.verdict.outcome = stands.runs[0].verdict.outcome = judgement::Outcome::hang;
    stands.runs[0].diagnosis = hostile.runs[0].diagnosis;
    stands.runs[0].evidence.cpus[1].where = {0, markup, markup, 1, markup};

    for (const LabGrade& grade : {hostile, broken, failed, stands, faulting(evidence)}) {
        const Page page{{grade}, [](const std::string&) { return std::optional{markup}; }};
        CHECK(page.count("//script | //img | //comment() | //@onerror | //@onload") == 0);
        CHECK(page.count("/html/body | /html/head/style") == 2);
        CHECK(graded::is_harmless(page.text));
        CHECK_FALSE(contains(page.text, "&#27;"));
        CHECK(contains(page.words("//main"), "</pre></style><script>alert(1)</script>"));
    }
}

TEST_CASE("HTML: a guest that floods does not make a large page") {
    LabGrade grade = faulting(synthetic::documented_fault());
    evidence::Evidence& evidence = grade.runs[0].evidence;
    const std::string flood(1'000'000, 'x');
    evidence.serial = evidence.panic_text = flood;
    evidence.cpus[1].trace = flood;
    for (evidence::Exception& each : evidence.cpus[1].exceptions)
        each.where = {0, flood, flood, 1, flood};
    const Page page{{grade}, [&](const std::string&) { return std::optional{flood}; }};
    CHECK(page.text.size() < 60'000);
}
