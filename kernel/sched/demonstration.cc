#include "sched/demonstration.h"

#include <array>
#include <span>

#include "console/print.h"
#include "instructions.h"
#include "lib/fixed_vector.h"
#include "memory/kernel_heap.h"
#include "sched/tally.h"
#include "sched/workload.h"

namespace sched {

namespace {

/// One line of the table.
struct Row {
    Casting casting;
    TaskAccount account;
};

/// More lines than fit on a screen tell nobody anything; then the CPUs' lines have to do.
constexpr std::size_t most_rows = 24;
using Table = lib::FixedVector<Row, most_rows>;

constinit Table table;

void append_stays(lib::TextBuffer& line, const Itinerary& itinerary) {
    for (const Itinerary::Stay& stay : itinerary.stays()) {
        lib::format_to(line, "  {} x{}", stay.cpu, stay.runs);
    }
    if (itinerary.elsewhere() != 0) {
        lib::format_to(line, "  others x{}", itinerary.elsewhere());
    }
}

void print_table() {
    console::print("sched: {:<10} {:>4} {:>9} {:>5}  {}\n", "task", "runs", "preempted", "moved",
                   "ran on cpu, times");
    for (const Row& row : table) {
        std::array<char, 80> storage;
        lib::TextBuffer stays(storage);
        append_stays(stays, row.account.itinerary);
        console::print("sched: {:<10} {:>4} {:>9} {:>5}{}\n",
                       row.casting.role == Role::resident ? "resident" : "traveller",
                       row.account.itinerary.runs(), row.account.preemptions.read(),
                       row.account.migrations.read(), stays.text());
    }
}

void print_cpu(CpuIndex cpu, std::uint64_t began, std::uint64_t ended) {
    const CpuAccount& account = account_of(cpu);
    console::print("cpu {:>2}: {:>2} runs, {:>2} preemptions, {} migrated in, {:>2}% idle\n", cpu,
                   account.runs.read(), account.preemptions.read(), account.migrated_in.read(),
                   idle_percent(account.idle.total(ended), ended - began));
}

/// The tasks have been joined, each once, and nothing but "main" has run since. What they say of
/// themselves, the turns of "main" added, must be what the CPUs say.
void verify(Tally by_task, std::uint32_t count) {
    ASSERT_EQUAL(tasks_finished(), count);
    const bool travelled = count > residents_each * cpu_count();
    by_task.add(own_account());
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
    const std::span<Task*> tasks{new Task*[count], count};
    for (std::uint32_t index = 0; index < count; ++index) {
        tasks[index] = &make_task(casting(index, cpus));
    }
    const std::uint64_t began = instructions::read_tsc();
    for (std::uint32_t index = 0; index < count; ++index) {
        start(*tasks[index], placement(casting(index, cpus)));
    }
    Tally by_task;
    for (std::uint32_t index = 0; index < count; ++index) {
        const TaskAccount account = join(*tasks[index]);
        by_task.add(account);
        if (count <= most_rows) {
            table.push_back({casting(index, cpus), account});
        }
    }
    const std::uint64_t ended = instructions::read_tsc();
    delete[] tasks.data();

    verify(by_task, count);
    if (!table.empty()) {
        print_table();
    }
    for (CpuIndex cpu = 0; cpu < cpus; ++cpu) {
        print_cpu(cpu, began, ended);
    }
    console::print("sipi: {} CPU{} awake, {} tasks done\n", cpus, cpus == 1 ? "" : "s", count);
}

}  // namespace sched
