// What any kernel may die of, in a lab: where no rule of the labs has its own name for it.
#include <doctest/doctest.h>

#include "tests/unit/checker/diagnosis/named.h"
#include "x86/msr.h"

namespace {

std::string died_at(std::string instruction) {
    evidence::Evidence evidence = synthetic::died_in_seam(13, 0, std::move(instruction));
    evidence.cpus[1].where = evidence.cpus[1].exceptions[0].where;
    evidence.cpus[1].registers->rcx = static_cast<std::uint32_t>(x86::Msr::gs_base);
    return named::id(evidence, judgement::Outcome::fault, 5);
}

}  // namespace

TEST_CASE("a value that a register refuses, though there is such a register") {
    CHECK(died_at("wrmsr") == "msr-refused");
    CHECK(died_at("mov cr3, rax") == "control-register-refused");
    CHECK(died_at("mov dr7, rax") == "debug-register-refused");
    CHECK(died_at("mov rax, [rcx]") == "unknown");
}

TEST_CASE("nxe-not-in-trampoline: C++ has set it, and something else is not right") {
    evidence::Evidence evidence = synthetic::healthy_and_told();
    CHECK(named::id(evidence, judgement::Outcome::not_yet, 5) == "unknown");
    evidence.cpus[1].arrival->registers.control.efer = x86::efer::lme | x86::efer::lma;
    CHECK(named::id(evidence, judgement::Outcome::not_yet, 5) == "nxe-not-in-trampoline");
}
