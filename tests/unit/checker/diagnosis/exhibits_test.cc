#include "checker/diagnosis/exhibits.h"

#include <doctest/doctest.h>

#include "checker/diagnosis/diagnosis.h"
#include "tests/unit/checker/judgement/synthetic.h"

using Lines = std::vector<std::string>;

namespace {

Lines exhibit(const diagnosis::Diagnosis& diagnosis, std::string_view label) {
    for (const diagnosis::Exhibit& each : diagnosis.exhibits)
        if (each.label == label)
            return each.lines;
    return {};
}

}  // namespace

TEST_CASE("the untouched lab 5 is explained from its state") {
    const auto found = diagnosis::diagnose(synthetic::lab_5(), synthetic::documented_fault(),
                                           judgement::Outcome::fault);
    REQUIRE(found);
    CHECK(found->cpu == 1u);
    CHECK(found->lab == 5);
    CHECK(exhibit(*found, "instruction") ==
          Lines{"mov [rax], edi   kernel/smp/per_cpu.cc:31 in smp::init_percpu"});
    CHECK(exhibit(*found, "exceptions") == Lines{"#PF 0x0a (W RSVD), then #GP, #DF, triple fault"});
    CHECK(exhibit(*found, "page walk") ==
          Lines{"PML4[511] = 0x0000000000103003", "PDPT[510] = 0x0000000000103003",
                "PD[0]     = 0x0000000000103003",
                "PT[18]    = 0x8000000000112003: bit 63 is set (NX), and this CPU reserves it"});
    CHECK(exhibit(*found, "EFER") ==
          Lines{"CPU 1  0x500       LME LMA", "BSP    0xd00       LME LMA NXE"});
    CHECK(exhibit(*found, "trace") == Lines{"rpalRJW123ABCXY, and never E"});
}

TEST_CASE("what came out on the serial line alone is told with the trace") {
    const auto trace = [](std::string_view sent) {
        evidence::Evidence evidence = synthetic::documented_fault();
        evidence.serial = sent;
        return exhibit(
            *diagnosis::diagnose(synthetic::lab_5(), evidence, judgement::Outcome::fault), "trace");
    };
    CHECK(trace("cpu  1: rpalRJW123ABCXYE") ==
          Lines{"rpalRJW123ABCXY in memory, and rpalRJW123ABCXYE on the serial line"});
    CHECK(trace("cpu  1: rpalRJW123ABCXYQ") == Lines{"rpalRJW123ABCXY, and never E"});
}

TEST_CASE("an unknown cause says so and shows the state") {
    const auto found = diagnosis::diagnose(
        synthetic::lab_5(), synthetic::died_in_seam(13, 0, "ret"), judgement::Outcome::fault);
    REQUIRE(found);
    CHECK(found->id == "unknown");
    CHECK(found->cause == "CPU 1 raised #GP, and the checker has no name for the cause.");
    CHECK(found->meaning == found->about.why);
    CHECK(exhibit(*found, "CR0").size() == 2);
    CHECK(exhibit(*found, "instruction").size() == 1);
}
