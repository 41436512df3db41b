// Letters against state, and bits of state that nobody asked for.
#include <doctest/doctest.h>

#include "checker/judgement/judgement.h"
#include "tests/unit/checker/diagnosis/named.h"

using evidence::Evidence;
using judgement::Outcome;

namespace {

std::string stage_id(const Evidence& evidence, unsigned lab) {
    return named::id(evidence, Outcome::not_yet, lab);
}

}  // namespace

TEST_CASE("letters-only: not one switch of long mode is on") {
    Evidence evidence = synthetic::healthy_and_told();
    x86::ControlState& control = evidence.cpus[1].registers->control;
    control = {x86::cr0::pe, 0, {}, {}};
    CHECK(stage_id(evidence, 4) == "letters-only");
    SUBCASE("one of them is: then it is a mistake in the work") {
        control.cr4 = x86::cr4::pae;
        CHECK(stage_id(evidence, 4) != "letters-only");
    }
    SUBCASE("no such letters") {
        evidence.cpus[1].trace = "rp";
        CHECK(stage_id(evidence, 4) != "letters-only");
    }
}

TEST_CASE("stage-left-out: it works in the scheduler, and its trace is not complete") {
    Evidence evidence = synthetic::healthy_and_told();
    evidence.cpus[1].trace = "rplRJW123ABCXYEFGHIJKLD456";
    CHECK(judgement::judge(synthetic::lab_5(), evidence).outcome == Outcome::not_yet);
    CHECK(stage_id(evidence, 4) == "stage-left-out");
    SUBCASE("an AP that stands elsewhere did not come so far") {
        evidence.cpus[1].where.symbol = "long_mode";
        CHECK(judgement::judge(synthetic::lab_5(), evidence).outcome == Outcome::hang);
        CHECK(stage_id(evidence, 4) == "unknown");
    }
    SUBCASE("a cause that the state shows goes first") {
        evidence.cpus[1].record->lapic_id = 9;
        CHECK(stage_id(evidence, 6) == "lapic-id-wrong");
    }
}

TEST_CASE("control-bit-differs") {
    Evidence evidence = synthetic::healthy_and_told();
    evidence.end = evidence::End::panicked;
    x86::ControlState& control = evidence.cpus[2].registers->control;
    SUBCASE("a bit too many") {
        control.efer |= x86::efer::sce;
        CHECK(stage_id(evidence, 5) == "control-bit-differs");
        evidence.cpus[2].trace = "rpalRJW123";
        evidence.cpus[2].where.symbol = "smp::match_bsp";
        CHECK(stage_id(evidence, 5) == "unknown");
    }
    SUBCASE("the bits that have names of their own go first") {
        control.cr0 &= ~x86::cr0::wp;
        CHECK(stage_id(evidence, 5) == "wp-missing");
    }
    SUBCASE("only where the kernel stopped for it") {
        control.cr4 |= x86::cr4::pge;
        CHECK(stage_id(evidence, 5) == "control-bit-differs");
        evidence.end = evidence::End::powered_off;
        CHECK(stage_id(evidence, 5) == "unknown");
    }
}
