#include "cpu/clock.h"

#include <doctest/doctest.h>

using cpu::Rate;

TEST_CASE("a time becomes counts, rounded up and never none") {
    constexpr Rate gigahertz{10'000'000, 10'000};
    CHECK(gigahertz.counts_in(1) == 1000);
    CHECK(gigahertz.counts_in(10'000) == 10'000'000);
    CHECK(gigahertz.counts_in(0) == 1);

    constexpr Rate slow{625, 10'000};  // 62.5 kHz
    CHECK(slow.counts_in(1) == 1);
    CHECK(slow.counts_in(16) == 1);
    CHECK(slow.counts_in(17) == 2);
    CHECK(slow.counts_in(10'001) == 626);
}

TEST_CASE("counts become a time, rounded down") {
    constexpr Rate gigahertz{10'000'000, 10'000};
    CHECK(gigahertz.microseconds_in(999) == 0);
    CHECK(gigahertz.microseconds_in(1000) == 1);
    CHECK(gigahertz.microseconds_in(123'456'789'000) == 123'456'789);
}

TEST_CASE("long times do not overflow") {
    constexpr Rate fast{50'000'000, 10'000};  // 5 GHz
    constexpr std::uint64_t day = 86'400'000'000;
    CHECK(fast.counts_in(day) == day * 5000);
    CHECK(fast.microseconds_in(365 * day * 5000) == 365 * day);
}

TEST_CASE("a rate that no clock of a CPU has") {
    CHECK(Rate{10'000, 10'000}.is_plausible());  // Bochs, with a million instructions a second
    CHECK(Rate{50'000'000, 10'000}.is_plausible());
    CHECK(!Rate{0, 10'000}.is_plausible());
    CHECK(!Rate{999, 10'000}.is_plausible());
    CHECK(!Rate{1'000'010'000, 10'000}.is_plausible());
}
