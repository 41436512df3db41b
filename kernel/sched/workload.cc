#include "sched/workload.h"

#include <array>
#include <atomic>

#include "lib/panic.h"
#include "sched/ready_queues.h"
#include "sched/sequence.h"

namespace sched {

namespace {

/// The residents of a CPU stay until each of them has been preempted that often. As long as one has
/// not, the other is there too, and takes the CPU from it. So this comes true however unevenly an
/// emulator runs its CPUs.
constexpr std::uint64_t preemptions_each = 2;

/// A traveller's work, in slices.
constexpr std::uint64_t slices_each = 2;

/// Far more slices than anything here takes. A scheduler that is broken shall be called so, not
/// hang.
constexpr std::uint64_t slices_at_most = 20'000;

/// Some 200 instructions: small beside a slice even on Bochs, where that is a thousand.
constexpr std::uint32_t steps_at_once = 50;

// Relaxed: mere counts. What a task did reaches the one who asks for it through its join.
constinit std::atomic<std::uint32_t> finished{0};
// By CPU: how many of its residents have been preempted as often as they want.
constinit std::array<std::atomic<std::uint32_t>, max_cpus> satisfied{};

/// Steps a sequence until `is_done`, looking now and then, and proves it afterwards.
template <class IsDone>
void work(IsDone is_done) {
    const TaskAccount& account = own_account();
    Sequence sequence{reinterpret_cast<std::uintptr_t>(&account)};
    while (!is_done(account)) {
        if (account.slices.read() > slices_at_most) {
            lib::panic("a task waited {} slices to be preempted or moved", slices_at_most);
        }
        sequence.advance(steps_at_once);
    }
    if (!sequence.is_right()) {
        lib::panic("a task computed {:#x} in {} steps, which is wrong: a register was lost",
                   sequence.value(), sequence.steps());
    }
    finished.fetch_add(1, std::memory_order_relaxed);
}

void resident(void* argument) {
    auto& satisfied_here = *static_cast<std::atomic<std::uint32_t>*>(argument);
    bool is_satisfied = false;
    work([&](const TaskAccount& account) {
        if (!is_satisfied && account.preemptions.read() >= preemptions_each) {
            is_satisfied = true;
            satisfied_here.fetch_add(1, std::memory_order_relaxed);
        }
        return satisfied_here.load(std::memory_order_relaxed) == residents_each;
    });
}

/// The travellers stay on their way until every other CPU has fetched one. As long as one has not,
/// there are as many of them as CPUs, so two are on the same one; once its residents are done the
/// CPU that has none sits idle and comes for the one that waits.
void traveller(void*) {
    CpuIndex reached = 1;  // CPUs 1 up to here have fetched somebody
    work([&](const TaskAccount& account) {
        while (reached < cpu_count() && account_of(reached).migrated_in.read() != 0) {
            ++reached;
        }
        return reached == cpu_count() && account.slices.read() >= slices_each;
    });
}

}  // namespace

Task& make_task(Casting casting) {
    return casting.role == Role::resident ? make_task("resident", resident, &satisfied[casting.cpu])
                                          : make_task("traveller", traveller, nullptr);
}

Placement placement(Casting casting) {
    return casting.role == Role::resident ? Placement::pinned_to(casting.cpu)
                                          : Placement::first_on(casting.cpu);
}

std::uint32_t tasks_finished() {
    return finished.load(std::memory_order_relaxed);
}

}  // namespace sched
