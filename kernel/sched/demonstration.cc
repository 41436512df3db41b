#include "sched/demonstration.h"

#include <optional>
#include <span>

#include "console/print.h"
#include "lib/panic.h"
#include "memory/kernel_heap.h"
#include "sched/report.h"
#include "sched/tally.h"
#include "sched/workload.h"

namespace sched {

namespace {

/// What the task "conductor" is told, and what it found out.
struct Concert {
    std::span<Task*> tasks;
    Tally by_task{};
    std::optional<IdleReading> before{};
    std::optional<IdleReading> after{};
};

constinit Table rows;

/// Starts the tasks, as simultaneously as one CPU can, and waits for all of them.
void conduct(void* argument) {
    Concert& concert = *static_cast<Concert*>(argument);
    std::uint32_t index = 0;
    for (Task*& task : concert.tasks) {
        task = &make_task(casting(index++, cpu_count()));
    }

    concert.before.emplace();
    index = 0;
    for (Task* const task : concert.tasks) {
        start(*task, placement(casting(index++, cpu_count())));
    }
    for (Task* const task : concert.tasks) {
        const std::string_view name = task->name;
        const TaskAccount account = join(*task);
        concert.by_task.add(account);
        if (concert.tasks.size() <= most_tasks_shown) {
            rows.push_back({name, account});
        }
    }
    concert.after.emplace();
}

/// The first task after "main" finds all CPUs but the BSP idle, and goes to the first of them.
void verify_placement(const TaskAccount& conductor) {
    ASSERT_EQUAL(conductor.itinerary.stays()[0].cpu, cpu_count() == 1 ? 0U : 1U);
}

/// The tasks have been joined, each once, and nothing but "main" has run since. What they say of
/// themselves, the turns of "main" included, must be what the CPUs say.
void verify_sums(const Tally& by_task, std::size_t count) {
    ASSERT_EQUAL(tasks_finished(), count);
    const bool travelled = count > residents_each * cpu_count();
    Tally by_cpu;
    for (CpuIndex cpu = 0; cpu < cpu_count(); ++cpu) {
        Tally own;
        own.add(account_of(cpu));
        if (own.preemptions < residents_each || (travelled && cpu != 0 && own.migrations == 0)) {
            lib::panic("cpu {} was left out: {} runs, {} preemptions, {} migrated in", cpu,
                       own.runs, own.preemptions, own.migrations);
        }
        by_cpu.add(account_of(cpu));
    }
    ASSERT_EQUAL(by_task.runs, by_cpu.runs);
    ASSERT_EQUAL(by_task.preemptions, by_cpu.preemptions);
    ASSERT_EQUAL(by_task.migrations, by_cpu.migrations);
}

}  // namespace

void demonstrate(std::uint32_t tasks_per_cpu) {
    ASSERT(tasks_per_cpu >= fewest_tasks_per_cpu && tasks_per_cpu <= most_tasks_per_cpu);
    const CpuIndex cpus = cpu_count();
    const std::uint32_t count = cpus * tasks_per_cpu;

    Concert concert{.tasks = {new Task*[count], count}};
    const TaskAccount conductor = join(spawn("conductor", conduct, &concert));
    delete[] concert.tasks.data();

    concert.by_task.add(conductor);
    concert.by_task.add(own_account());
    verify_placement(conductor);
    verify_sums(concert.by_task, count);

    if (!rows.empty()) {
        rows.push_back({"conductor", conductor});
        print_table(rows);
    }
    for (CpuIndex cpu = 0; cpu < cpus; ++cpu) {
        print_cpu(cpu, concert.after->percent_since(*concert.before, cpu));
    }
    console::print("sipi: {} CPU{} awake, {} tasks done\n", cpus, cpus == 1 ? "" : "s", count);
}

}  // namespace sched
