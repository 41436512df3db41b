// The rules that go by what the BSP sent, and how that is shown.
#include <doctest/doctest.h>

#include "checker/diagnosis/exhibits.h"
#include "tests/unit/checker/diagnosis/first_labs.h"
#include "tests/unit/checker/judgement/sent.h"

using evidence::Evidence;
using first_labs::nobody_came;
using judgement::Outcome;
using sent::init;
using sent::sipi;

namespace {

using Commands = std::initializer_list<observed::SentCommand>;

observed::SentCommand raw(std::uint64_t time_us, std::uint32_t low,
                          std::uint32_t high = 0x01000000) {
    return {.time_us = time_us, .low = low, .high = high};
}

std::string not_yet(const Evidence& evidence) {
    return first_labs::id(3, evidence, Outcome::not_yet);
}
// CPU 1 still sleeps.
std::string asleep(Commands commands) {
    return not_yet(sent::by(nobody_came(), commands));
}
// All came up; these were for CPU 1, and the other two had what they need.
std::string came_up(std::initializer_list<observed::SentCommand> commands) {
    Evidence evidence = sent::by(synthetic::healthy_and_told(), commands);
    first_labs::put(evidence, first_labs::right_tables());
    for (const std::uint32_t id : {2U, 3U})
        for (const observed::SentCommand& each :
             {init(id * 20'000, id), sipi(id * 20'000 + 10'000, id)})
            evidence.sent->first.push_back(each);
    evidence.sent->count = static_cast<std::uint32_t>(evidence.sent->first.size());
    sent::note(evidence);
    return not_yet(evidence);
}

}  // namespace

TEST_CASE("an AP that sleeps: what it was sent says why") {
    CHECK(asleep({}) == "ap-not-started");
    CHECK(asleep({init(0, 1)}) == "sipi-missing");
    CHECK(asleep({sipi(0, 1), init(10'000, 1)}) == "sipi-missing");
    CHECK(asleep({sipi(0, 1), sipi(200, 1)}) == "sipi-not-taken");
    CHECK(asleep({init(0, 1), sipi(3, 1), sipi(203, 1)}) == "sipi-too-early");
    CHECK(asleep({init(0, 7), sipi(10'000, 7)}) == "sipi-wrong-destination");
    CHECK(asleep({raw(0, 0x4d00), raw(10'000, 0x4e08)}) == "sipi-wrong-destination");
    CHECK(asleep({init(0, 1), raw(10'000, 0x4609)}) == "sipi-wrong-page");
    CHECK(asleep({init(0, 1), sipi(10'000, 1), init(10'001, 1)}) == "init-after-sipi");
    // It had all, and the emulator shows no reason.
    CHECK(asleep({init(0, 1), sipi(10'000, 1)}) == "ap-left-no-letter");
    // That level is missing proves nothing about an AP that sleeps in an emulator.
    CHECK(asleep({raw(0, 0x0500), sipi(10'000, 1)}) == "ap-left-no-letter");
}

TEST_CASE("icr-delivery-mode") {
    CHECK(asleep({init(0, 1), raw(10'000, 0x4400)}) == "icr-delivery-mode");
    CHECK(asleep({init(0, 1), raw(10'000, 0x4008)}) == "icr-delivery-mode");
    CHECK(asleep({raw(0, 0x4200), sipi(10'000, 1)}) == "icr-delivery-mode");
    // For another CPU, and beside all that is needed.
    CHECK(asleep({init(0, 1), raw(10'000, 0x4400, 0x02000000)}) == "sipi-missing");
    CHECK(came_up({init(0, 1), sipi(10'000, 1), raw(10'001, 0x4200)}) == "unknown");
    // A panic sends NMIs.
    Evidence evidence = sent::by(nobody_came(), {init(0, 1), raw(10'000, 0x4400)});
    evidence.panic_text = "out of memory";
    CHECK(not_yet(evidence) == "sipi-missing");
}

TEST_CASE("where all came up, what was written counts") {
    CHECK(came_up({raw(0, 0x0500), raw(10'000, 0x0608)}) == "icr-level-missing");
    CHECK(came_up({init(0, 1), raw(10'000, 0x0608)}) == "icr-level-missing");
    CHECK(came_up({raw(0, 0x4508), sipi(10'000, 1)}) == "init-with-vector");
    CHECK(came_up({init(0, 1), sipi(10, 1)}) == "sipi-too-early");
    CHECK(came_up({init(0, 1), raw(10'000, 0x4607)}) == "sipi-wrong-page");
    CHECK(came_up({init(0, 1), raw(10'000, 0xc4608, 0)}) == "sipi-to-several");
    CHECK(came_up({raw(0, 0xc500), raw(5, 0x8500), sipi(10'005, 1)}) == "unknown");
    Evidence evidence = sent::by(synthetic::healthy_and_told(), {});
    CHECK(not_yet(evidence) == "commands-not-noted");
}

TEST_CASE("bsp-was-reset: by a command that reaches it") {
    const auto reset_after = [](Commands commands) {
        Evidence evidence = sent::by(synthetic::healthy(), commands);
        evidence.end = evidence::End::reset;
        evidence.cpus[0].registers = evidence::Registers{};
        return first_labs::id(3, evidence, Outcome::reset);
    };
    CHECK(reset_after({init(0, 0)}) == "bsp-was-reset");
    CHECK(reset_after({raw(0, 0x4500, 1)}) == "bsp-was-reset");  // not shifted
    CHECK(reset_after({raw(0, 0x84500)}) == "bsp-was-reset");    // all, itself included
    CHECK(reset_after({init(0, 0xff)}) == "bsp-was-reset");
    CHECK(reset_after({init(0, 1)}) == "deliberate-reset");
    CHECK(reset_after({raw(0, 0xc4500)}) == "deliberate-reset");  // all others
}

TEST_CASE("commands in lines") {
    const auto lines = [](Commands commands) {
        return diagnosis::commands_exhibit(*sent::by(nobody_came(), commands).sent, 2).lines;
    };
    CHECK(lines({}) == std::vector<std::string>{"nothing that starts a CPU"});
    CHECK(lines({init(100, 1), sipi(10'104, 1), raw(10'200, 0x4400)}) ==
          std::vector<std::string>{" 0.0 ms  INIT  to APIC ID 1  vector 0x00",
                                   "10.0 ms  SIPI  to APIC ID 1  vector 0x08 = page 0x8000",
                                   "         NMI   to APIC ID 1  vector 0x00"});
    // Once it runs, its own time is in it; until then the waits are the BSP's alone.
    CHECK(lines({init(0, 1), sipi(10'200, 1), sipi(10'400, 1)})[2].starts_with("         SIPI"));
    CHECK(lines({raw(observed::SentCommand::no_clock, 0x8500)}) ==
          std::vector<std::string>{
              "  INIT de-assert  to APIC ID 1  vector 0x00, level 0, level-triggered"});
    // Of each start the time begins anew, and not where one of its commands goes astray.
    observed::SentCommand next = init(20'000, 2);
    next.started = 2;
    auto two_starts = sent::by(nobody_came(), {init(0, 1)});
    two_starts.sent->first.push_back(next);
    CHECK(diagnosis::commands_exhibit(*two_starts.sent, 2).lines.back().starts_with("0.0 ms"));
    CHECK(lines({init(0, 1), sipi(10'000, 2)}).back().starts_with("10.0 ms"));
    CHECK(lines({raw(0, 0xc4400)}).front().find("to all others") != std::string::npos);
    const observed::SentCommand one = init(0, 1);
    CHECK(lines({one, one, one, one, one, one, one, one, one, one}).front() == "2 more before");
    const observed::SentCommand two = init(0, 2);
    const auto from_two = lines({one, one, two, one, one, one, one, one, one, one, one, one});
    CHECK(from_two[1] == "0.0 ms  INIT  to APIC ID 2  vector 0x00");
    CHECK(from_two.back() == "2 more after");
}
