#include "checker/judgement/commands.h"

#include <doctest/doctest.h>

#include "checker/judgement/checks.h"
#include "tests/unit/checker/judgement/sent.h"
#include "tests/unit/checker/judgement/synthetic.h"

using evidence::Evidence;
using judgement::CommandFlaw;
using sent::at;
using sent::init;
using sent::sipi;
using x86::InterruptCommand;
using Kind = CommandFlaw::Kind;

namespace {

// A machine that came up, up to CPU `last`; no CPU after it has left a letter.
Evidence machine(unsigned last = 1) {
    Evidence evidence = synthetic::healthy();
    for (evidence::Cpu& cpu : evidence.cpus)
        if (cpu.cpu > last)
            cpu.trace = "";
    evidence.cpus.resize(std::max(2u, last + 1));
    return evidence;
}

std::vector<Kind> flaws(const Evidence& evidence) {
    std::vector<Kind> kinds;
    const auto found = judgement::command_flaws(evidence);
    for (const CommandFlaw& each : found.value())
        kinds.push_back(each.kind);
    return kinds;
}

std::vector<Kind> flaws_of(std::initializer_list<observed::SentCommand> commands) {
    return flaws(sent::by(machine(), commands));
}

observed::SentCommand raw(std::uint64_t time_us, std::uint32_t low,
                          std::uint32_t high = 0x01000000) {
    return {.time_us = time_us, .low = low, .high = high};
}

using None = std::vector<Kind>;

}  // namespace

TEST_CASE("commands: right ones, in the forms that they take") {
    CHECK(flaws_of({init(5, 1), sipi(10'005, 1)}) == None{});
    CHECK(flaws_of({init(5, 1), sipi(10'005, 1), sipi(10'205, 1)}) == None{});
    CHECK(flaws_of({init(5, 1), sipi(60'000, 1), sipi(60'001, 1)}) == None{});
    // As for a processor of 1997: INIT asserted and de-asserted, both level-triggered.
    CHECK(flaws_of({raw(0, 0xc500), raw(200, 0x8500), raw(10'200, 0xc608)}) == None{});
    // Where there is no clock nobody is early.
    CHECK(flaws_of({init(observed::SentCommand::no_clock, 1),
                    sipi(observed::SentCommand::no_clock, 1)}) == None{});
    // Of several APs, each in its turn.
    CHECK(flaws(sent::by(machine(2), {init(0, 1), sipi(10'000, 1), init(20'000, 2),
                                      sipi(30'000, 2)})) == None{});
    // What other CPUs send is another matter.
    observed::SentCommand by_an_ap = raw(20'000, 0x4400, 0);
    by_an_ap.sender = 1;
    CHECK(flaws_of({init(0, 1), sipi(10'000, 1), by_an_ap}) == None{});
}

TEST_CASE("commands: how they are written") {
    CHECK(flaws_of({raw(0, 0x0500), sipi(10'000, 1)}) == None{Kind::level_missing});
    CHECK(flaws_of({init(0, 1), raw(10'000, 0x0608)}) == None{Kind::level_missing});
    CHECK(flaws_of({raw(0, 0x4508), sipi(10'000, 1)}) == None{Kind::init_with_vector});
    CHECK(flaws_of({init(0, 1), raw(10'000, 0x4607)}) == None{Kind::wrong_page});
}

TEST_CASE("commands: whom they reach") {
    const auto sipi_1 = sipi(10'000, 1);
    CHECK(flaws_of({init(0, 0), init(1, 1), sipi_1}) == None{Kind::to_sender});
    CHECK(flaws_of({raw(0, 0x4500, 1), init(1, 1), sipi(10'001, 1)}) == None{Kind::to_sender});
    CHECK(flaws_of({init(0, 1), raw(1, 0xc4500), sipi_1}) == None{Kind::to_several});
    CHECK(flaws_of({init(0, 1), raw(1, 0x4500, 0xff000000), sipi_1}) == None{Kind::to_several});
    CHECK(flaws_of({init(0, 1), raw(1, 0x44500), sipi_1}) == None{Kind::to_sender});
    CHECK(flaws_of({init(0, 1), raw(1, 0x4d00), sipi_1}) == None{Kind::to_logical});
    CHECK(flaws_of({init(0, 1), init(1, 7), sipi_1}) == None{Kind::to_another});
    // The next CPU's turn comes only when this one is up.
    CHECK(flaws(sent::by(machine(2), {init(0, 2), sipi(10'000, 2)})) ==
          None{Kind::to_another, Kind::to_another, Kind::nothing_sent, Kind::nothing_sent});
}

TEST_CASE("commands: what is missing, and when") {
    CHECK(flaws_of({}) == None{Kind::nothing_sent});
    CHECK(flaws_of({init(0, 1)}) == None{Kind::sipi_missing});
    CHECK(flaws_of({sipi(0, 1)}) == None{Kind::init_missing});
    CHECK(flaws_of({sipi(0, 1), init(10'000, 1)}) == None{Kind::init_missing, Kind::sipi_missing});
    CHECK(flaws_of({init(0, 1), sipi(10'000, 1), init(10'010, 1)}) == None{Kind::init_last});
    CHECK(flaws_of({init(0, 1), sipi(9'000, 1)}) == None{Kind::too_early});
    CHECK(flaws_of({init(0, 1), raw(10'000, 0x4400)}) == None{Kind::sipi_missing});
    CHECK(flaws(sent::by(machine(2), {init(0, 1), sipi(10'000, 1)})) == None{Kind::nothing_sent});
    // An AP that is given up is the last that wants any.
    Evidence evidence = sent::by(machine(2), {init(0, 1), sipi(10'000, 1)});
    evidence.cpus[1].trace = "rp";
    evidence.cpus[1].where.symbol = "";
    evidence.cpus[2] = {.cpu = 2, .apic_id = evidence.cpus[2].apic_id};
    CHECK(flaws(evidence) == None{});
    evidence.cpus[2].trace = "rp";  // it has started, whatever its handshake says
    CHECK(flaws(evidence) == None{Kind::nothing_sent});
    // Where the record is full, what is missing may stand behind its end.
    evidence = sent::by(machine(), {init(0, 1)});
    evidence.sent->count = 65;
    CHECK(flaws(evidence) == None{});
}

TEST_CASE("commands: the fact of lab 3") {
    using Answer = judgement::Finding::Answer;
    const auto find = [](const Evidence& evidence) {
        return judgement::commands_right({}, evidence);
    };
    CHECK(find(machine()).answer == Answer::not_told);
    CHECK(find(sent::by(machine(), {init(0, 1), sipi(10'000, 1)})).answer == Answer::yes);
    CHECK(find(sent::by(machine(), {raw(0, 0x500), sipi(10'000, 1)})).detail ==
          "the INIT for CPU 1 has level 0 (0x00000500)");
    CHECK(find(sent::by(machine(), {init(0, 1), sipi(12, 1)})).detail ==
          "the SIPI for CPU 1 comes 12 us after its INIT");
    CHECK(find(sent::by(machine(), {init(0, 1), init(0, 7), sipi(10'000, 1)})).detail ==
          "the INIT for CPU 1 goes to APIC ID 7");
    CHECK(find(sent::by(machine(), {})).detail == "CPU 1 came up, and no command for it is noted");
}

TEST_CASE("commands: whom a SIPI may have reached") {
    Evidence evidence = sent::by(machine(2), {init(0, 1), sipi(10'000, 1)});
    CHECK(judgement::may_have_had_sipi(evidence, 1));
    CHECK_FALSE(judgement::may_have_had_sipi(evidence, 2));
    evidence.sent->first.push_back(raw(1, 0xc4608));
    CHECK(judgement::may_have_had_sipi(evidence, 2));
}

TEST_CASE("commands: what the emulator has seen outweighs what is noted") {
    using Answer = judgement::Finding::Answer;
    const auto with = [](std::vector<evidence::SeenCommand> seen) {
        Evidence evidence = sent::by(machine(), {init(0, 1), sipi(10'000, 1)});
        evidence.seen = std::move(seen);
        return judgement::commands_right({}, evidence).answer;
    };
    const std::uint32_t init_low = init(0, 1).low, sipi_low = sipi(0, 1).low;
    const evidence::SeenCommand firmwares{true, 1, 0xc4608, {}};
    CHECK(with({firmwares, {false, 1, init_low, {}}, {true, 1, sipi_low, {}}}) == Answer::yes);
    CHECK(with({firmwares, {false, 1, 0x500, {}}, {true, 1, sipi_low, {}}}) == Answer::no);
    CHECK(with({firmwares, {false, 2, init_low, {}}, {true, 2, sipi_low, {}}}) == Answer::no);
    CHECK(with({firmwares}) == Answer::no);
    CHECK(with({{false, 1, {}, 5}, {true, 1, {}, 10'005}, {true, 1, {}, 10'205}}) == Answer::yes);
    CHECK(with({{false, 1, {}, 5}, {true, 1, {}, 300}}) == Answer::no);
    // The firmware's own start of each AP is as quick as it likes.
    const auto started = [&](std::vector<evidence::SeenCommand> by_kernel) {
        by_kernel.insert(by_kernel.begin(), {{false, 1, {}, 5}, {true, 1, {}, 5}});
        return with(std::move(by_kernel));
    };
    CHECK(started({{false, 1, {}, 20}, {true, 1, {}, 10'020}}) == Answer::yes);
    CHECK(started({{false, 1, {}, 20}, {true, 1, {}, 300}}) == Answer::no);
    // Nor does a later INIT change it, which reaches nobody.
    CHECK(started({{false, 1, {}, 20}, {true, 1, {}, 300}, {false, 1, {}, 90'000}}) == Answer::no);
}
