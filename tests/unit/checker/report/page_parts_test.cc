// Each part of a page, where it has something to show.
#include <doctest/doctest.h>

#include "checker/report/page.h"
#include "tests/unit/checker/report/parsed_page.h"
#include "trampoline/stage.h"

using graded::contains;
using graded::of_class;
using graded::Page;

namespace {

// The page of a lab that only QEMU ran.
Page page_of(const evidence::Evidence& evidence, const report::SourceReader& sources = {}) {
    return Page{{graded::by({evidence})}, sources};
}

}  // namespace

TEST_CASE("HTML: how far each CPU came") {
    const Page page = page_of(synthetic::documented_fault());
    const std::string table = "//table[@class='timeline']";
    CHECK(page.count(table + "/tbody/tr") == 3);  // the BSP, CPU 1, and the others in one
    CHECK(page.words(table + "/tbody/tr[3]/th") == "CPU 2\u20133");
    CHECK(page.count(table + "//b[@class='letter left']") == 15);
    CHECK(page.words(table + "//b[@class='letter died']") == "\u2715E");
    CHECK(page.count(table + "//i[@class='letter']") == 11);  // and never F to 6
    CHECK(contains(page.words("//main"), "died before E: \"wrote its id\""));
}

TEST_CASE("HTML: a CPU that came up whole is marked, and one that died after its start") {
    evidence::Evidence evidence = synthetic::documented_fault();
    evidence.cpus[1].trace = trampoline::complete_trace;
    evidence.cpus[2].trace = trampoline::complete_trace;
    const Page page = page_of(evidence);
    const std::string row = "//table[@class='timeline']/tbody/tr";
    CHECK(page.words(row + "[2]/td/b[28]") == "\u2715");
    CHECK(page.words(row + "[3]/td/b[28]") == "\u2713");
    CHECK(page.words(row + "[4]/th") == "CPU 3");
}

TEST_CASE("HTML: a hang is marked where it stands, and a trace out of order is shown as it is") {
    evidence::Evidence evidence = synthetic::passing();
    evidence.end = evidence::End::timed_out;
    evidence.cpus[1].trace = "rpalRJW123";
    evidence.cpus[2].trace = "666";
    const Page page = page_of(evidence);
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
    const Page page = page_of(evidence);
    CHECK(page.count("//table[@class='timeline']/tbody/tr") == 3);
    CHECK(page.words("//table[@class='timeline']/tbody/tr[3]/th") == "CPU 2\u201331");
}

TEST_CASE("HTML: the exception chain, oldest first") {
    const Page page = page_of(synthetic::documented_fault());
    const std::string chain = "//ol[@class='chain']/li";
    CHECK(page.count(chain) == 4);
    CHECK(page.words(chain + "[1]/h4") == "#PF page fault");
    CHECK(contains(page.words(chain + "[1]"),
                   "0x0a: W RSVD: a write, an entry has a reserved bit set"));
    CHECK(contains(page.words(chain + "[1]"), "kernel/smp/per_cpu.cc:31"));
    CHECK(contains(page.words(chain + "[1]"), "mov [rax], edi"));
    CHECK(contains(page.words(chain + "[2]"), "0x72: gate 14 of the IDT"));
    CHECK(contains(page.words(chain + "[2]"), "the same instruction"));
    CHECK(page.words(chain + "[4]/h4") == "Triple fault");
}

TEST_CASE("HTML: a chain without end is cut") {
    evidence::Evidence evidence = synthetic::documented_fault();
    auto& exceptions = evidence.cpus[1].exceptions;
    exceptions.resize(500, exceptions.back());
    const Page page = page_of(evidence);
    CHECK(page.count("//ol[@class='chain']/li") == 10);
    CHECK(contains(page.words("//ol[@class='chain']/li[9]"), "and 492 more"));
}

TEST_CASE("HTML: the page walk, with the bit that ends it") {
    const Page page = page_of(synthetic::documented_fault());
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
    const Page nothing = page_of(absent);
    CHECK(nothing.words("//ul[@class='legend']/li[@class='bad']/b") == "\u2715 bit 0 P = 0");

    absent.fault_walk->walk.outcome = x86::WalkOutcome::unreadable;
    CHECK(page_of(absent).count("//div[@class='strip']") == 0);
    absent.fault_walk->walk = {};
    CHECK(contains(page_of(absent).words("//main"), "no canonical address"));
    absent.fault_walk = {};
    CHECK(page_of(absent).count("//ol[@class='walk']") == 0);
}

TEST_CASE("HTML: registers beside the BSP's, the differences marked") {
    const Page page = page_of(synthetic::documented_fault());
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

TEST_CASE("HTML: the exhibits of the diagnosis") {
    const Page page = page_of(synthetic::documented_fault());
    const std::string list = "//section[h3='What shows it']/dl";
    CHECK(page.count(list + "/dt") == page.count(list + "/dd/pre"));
    CHECK(
        contains(page.words(list + "/dd[preceding-sibling::dt[1]='page walk']"), "bit 63 is set"));
}

TEST_CASE("HTML: the source lines, the one where it happened marked") {
    std::string file;
    for (int line = 1; line <= 60; ++line)
        file += line == 31 ? "\trecord.id = cpu; // <here> & \"now\"\n" : "line;\n";
    const auto read = [&](const std::string& name) -> std::optional<std::string> {
        return name == "kernel/smp/per_cpu.cc" ? std::optional{file} : std::nullopt;
    };
    const Page page = page_of(synthetic::documented_fault(), read);
    CHECK(page.count("//pre[@class='source']/span") == 13);
    CHECK(page.words("//pre/span[@class='line here']") ==
          "\u25b6   31     record.id = cpu; // <here> & \"now\"\n");

    file = "short\n";  // another version than the one that was built
    CHECK(page_of(synthetic::documented_fault(), read).count("//pre[@class='source']") == 0);
    CHECK(page_of(synthetic::documented_fault()).count("//pre[@class='source']") == 0);
}
