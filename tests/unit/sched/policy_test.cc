#include "sched/policy.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <vector>

namespace {

using sched::choose_victim;
using sched::CpuIndex;
using sched::least_loaded;
using sched::Load;
using sched::worth_moving;

/// Loads of busy CPUs whose waiting tasks may all be moved.
auto totals(std::vector<std::uint32_t> tasks) {
    return [tasks](CpuIndex cpu) -> Load {
        const std::uint32_t running = tasks.at(cpu) == 0 ? 0 : 1;
        return {running, tasks[cpu] - running, tasks[cpu] - running};
    };
}

TEST_CASE("a new task goes to the least loaded CPU, the first of them") {
    CHECK(least_loaded(1, totals({9})) == 0);
    CHECK(least_loaded(4, totals({3, 1, 2, 1})) == 1);
    CHECK(least_loaded(4, totals({0, 0, 0, 0})) == 0);
    CHECK(least_loaded(4, totals({1, 1, 1, 0})) == 3);
}

TEST_CASE("waiting tasks weigh as much as the running one") {
    const auto load_of = [](CpuIndex cpu) -> Load {
        return cpu == 0 ? Load{0, 2, 0} : Load{1, 0, 0};
    };
    CHECK(least_loaded(2, load_of) == 1);
}

TEST_CASE("a task is moved only where that brings the two CPUs closer") {
    CHECK(worth_moving({1, 1, 1}, {0, 0, 0}));
    CHECK(worth_moving({1, 3, 1}, {1, 1, 1}));
    CHECK_FALSE(worth_moving({1, 1, 1}, {1, 0, 0}));
    CHECK_FALSE(worth_moving({1, 5, 0}, {0, 0, 0}));  // all pinned
    CHECK_FALSE(worth_moving({0, 1, 1}, {0, 0, 0}));  // about to run there
}

TEST_CASE("the victim is the longest of the queues looked at") {
    const auto load_of = totals({2, 5, 0, 4, 7});
    CHECK(choose_victim(2, 5, 0, 5, load_of) == 4);
    CHECK(choose_victim(2, 5, 0, 4, load_of) == 1);
    CHECK(choose_victim(2, 5, 3, 1, load_of) == 3);
    CHECK(choose_victim(2, 5, 4, 3, load_of) == 4);  // 4, 0, 1: counted around
    CHECK(choose_victim(1, 5, 0, 5, load_of) == 4);
    CHECK_FALSE(choose_victim(1, 5, 0, 4, load_of));
    CHECK_FALSE(choose_victim(4, 5, 0, 5, load_of));
    CHECK_FALSE(choose_victim(2, 5, 0, 0, load_of));
}

TEST_CASE("a CPU alone has nobody to pull from") {
    CHECK_FALSE(choose_victim(0, 1, 0, 8, totals({6})));
}

TEST_CASE("moving one task at a time ends, with all CPUs within one task of each other") {
    for (const std::vector<std::uint32_t>& start :
         {std::vector<std::uint32_t>{12, 0, 0, 0}, {6, 2, 2, 2}, {1, 9, 0, 3, 3}, {5}, {40, 1}}) {
        std::vector<std::uint32_t> tasks = start;
        const auto count = static_cast<CpuIndex>(tasks.size());
        int moves = 0;
        for (bool moved = true; moved; ++moves) {
            REQUIRE(moves < 100);
            moved = false;
            for (CpuIndex cpu = 0; cpu < count; ++cpu) {
                if (const auto victim = choose_victim(cpu, count, 0, count, totals(tasks))) {
                    --tasks[*victim];
                    ++tasks[cpu];
                    moved = true;
                }
            }
        }
        const auto [least, most] = std::minmax_element(tasks.begin(), tasks.end());
        CHECK(*most - *least <= 1);
    }
}

}  // namespace
