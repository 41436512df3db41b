#include "sched/idle_set.h"

#include <atomic>
#include <doctest/doctest.h>
#include <thread>
#include <vector>

namespace {

using sched::CpuIndex;
using sched::IdleSet;

TEST_CASE("the lowest idle CPU is claimed first, and once") {
    IdleSet<256> idle;
    CHECK_FALSE(idle.claim());
    for (const CpuIndex cpu : {255U, 64U, 3U, 63U}) {
        idle.insert(cpu);
    }
    idle.insert(64);
    CHECK(idle.claim() == 3);
    CHECK(idle.claim() == 63);
    idle.erase(64);
    idle.erase(100);
    CHECK(idle.claim() == 255);
    CHECK_FALSE(idle.claim());
}

TEST_CASE("threads that claim at the same time never get the same CPU") {
    constexpr CpuIndex cpus = 256;
    IdleSet<cpus> idle;
    for (CpuIndex cpu = 0; cpu < cpus; ++cpu) {
        idle.insert(cpu);
    }
    std::vector<std::atomic<int>> claims(cpus);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            while (const auto cpu = idle.claim()) {
                claims[*cpu].fetch_add(1);
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (const auto& count : claims) {
        CHECK(count.load() == 1);
    }
}

}  // namespace
