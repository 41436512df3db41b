#include "sched/account.h"

#include <doctest/doctest.h>

#include "sched/itinerary.h"

namespace {

using sched::idle_percent;
using sched::IdleClock;
using sched::Itinerary;

TEST_CASE("an idle clock counts what was open, and what still is") {
    IdleClock clock;
    CHECK(clock.total(1000) == 0);
    clock.open(1000);
    CHECK(clock.total(1300) == 300);
    clock.close(1500);
    CHECK(clock.total(9000) == 500);
    clock.close(9000);
    CHECK(clock.total(9000) == 500);
    clock.open(10'000);
    clock.close(10'001);
    CHECK(clock.total(20'000) == 501);
}

TEST_CASE("a time stamp from before the clock was opened counts as no time") {
    IdleClock clock;
    clock.open(1000);
    CHECK(clock.total(990) == 0);
    clock.close(990);
    CHECK(clock.total(2000) == 0);
}

TEST_CASE("a percentage stays within 0..100, whatever the clocks say") {
    CHECK(idle_percent(0, 0) == 0);
    CHECK(idle_percent(5, 0) == 0);
    CHECK(idle_percent(31, 100) == 31);
    CHECK(idle_percent(1, 3) == 33);
    CHECK(idle_percent(200, 100) == 100);
    // An hour on a CPU of 5 GHz, and still no overflow.
    CHECK(idle_percent(9'000'000'000'000, 18'000'000'000'000) == 50);
}

TEST_CASE("an itinerary counts runs by CPU, in the order of the first visits") {
    Itinerary itinerary;
    for (const sched::CpuIndex cpu : {3U, 3U, 0U, 3U, 200U}) {
        itinerary.record(cpu);
    }
    REQUIRE(itinerary.stays().size() == 3);
    CHECK(itinerary.stays()[0].cpu == 3);
    CHECK(itinerary.stays()[0].runs == 3);
    CHECK(itinerary.stays()[1].cpu == 0);
    CHECK(itinerary.stays()[2].cpu == 200);
    CHECK(itinerary.elsewhere() == 0);
    CHECK(itinerary.runs() == 5);
}

TEST_CASE("an itinerary that is full still counts every run") {
    Itinerary itinerary;
    for (sched::CpuIndex cpu = 0; cpu < 30; ++cpu) {
        itinerary.record(cpu % 10);
    }
    CHECK(itinerary.stays().size() == 8);
    CHECK(itinerary.elsewhere() == 6);
    CHECK(itinerary.runs() == 30);
}

}  // namespace
