#include "sched/workload.h"

#include <doctest/doctest.h>
#include <vector>

#include "sched/sequence.h"
#include "sched/tally.h"

namespace {

using sched::Sequence;

TEST_CASE("a sequence is right whatever the pieces it was stepped in") {
    Sequence sequence{0xffffffff80012340};
    CHECK(sequence.is_right());
    for (const std::uint32_t steps : {1U, 50U, 0U, 1000U, 7U}) {
        sequence.advance(steps);
        CHECK(sequence.is_right());
    }
    CHECK(sequence.steps() == 1058);

    Sequence at_once{0xffffffff80012340};
    at_once.advance(1058);
    CHECK(at_once.value() == sequence.value());
}

TEST_CASE("a leap lands where its steps would, and one lost bit never does") {
    // Knuth's MMIX generator, from 0: the increment, then multiplier * increment + increment.
    CHECK(Sequence::leap(0, 0) == 0);
    CHECK(Sequence::leap(0, 1) == 1442695040888963407);
    CHECK(Sequence::leap(0, 2) == 1876011003808476466);
    CHECK(Sequence::leap(5, 1000) != Sequence::leap(5, 1001));
    for (int lost = 0; lost < 64; ++lost) {
        CHECK(Sequence::leap(5 ^ 1ULL << lost, 1000) != Sequence::leap(5, 1000));
    }
}

TEST_CASE("every CPU has two residents, and the travellers all begin on CPU 0") {
    for (const sched::CpuIndex cpus : {1U, 4U, 32U}) {
        std::vector<int> residents(cpus);
        for (std::uint32_t index = 0; index < 5 * cpus; ++index) {
            const sched::Casting casting = sched::casting(index, cpus);
            if (casting.role == sched::Role::resident) {
                ++residents.at(casting.cpu);
            } else {
                CHECK(casting.cpu == 0);
                CHECK(index >= 2 * cpus);
            }
        }
        CHECK(residents == std::vector<int>(cpus, 2));
    }
}

TEST_CASE("a tally comes out the same by task and by CPU") {
    sched::TaskAccount task;
    task.itinerary.record(0);
    task.itinerary.record(1);
    task.preemptions.add();
    task.migrations.add();
    sched::CpuAccount first;
    first.runs.add();
    first.preemptions.add();
    sched::CpuAccount second;
    second.runs.add();
    second.migrated_in.add();

    sched::Tally by_task;
    by_task.add(task);
    sched::Tally by_cpu;
    by_cpu.add(first);
    by_cpu.add(second);
    CHECK(by_task == by_cpu);
    CHECK(by_task.runs == 2);
}

}  // namespace
