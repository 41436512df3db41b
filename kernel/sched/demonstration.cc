#include "sched/demonstration.h"

#include <algorithm>
#include <array>

#include "boot/boot_info.h"
#include "console/print.h"
#include "cpu/clock.h"
#include "lib/format.h"
#include "lib/panic.h"
#include "sched/scheduler.h"

namespace sched {

namespace {

/// More tasks than fit on a screen tell nobody anything; then the CPUs' lines have to do.
constexpr std::size_t most_tasks_shown = 16;

bool has_preempted(const Processor& processor) {
    return processor.preempted != 0;
}

/// Whether a CPU has stolen a task; those with even numbers need not.
bool has_stolen(const Processor& processor) {
    return (&processor - all_processors().data()) % 2 == 0 || processor.stolen != 0;
}

/// Keeps its CPU busy until everything has happened that there is to see, however unevenly an
/// emulator runs its CPUs. Each CPU is given two tasks, and none ends before every CPU has
/// preempted one. Then those on CPUs with odd numbers end; the others go on until all these CPUs
/// have stolen one. They are at least as many as the CPUs: if one CPU has none, another has two.
/// Where interrupts go astray it would never end, but for a deadline: then the counts tell.
void work(Task& self) {
    const std::uint64_t deadline_us = cpu::now_us() + 1'000'000 + 500'000 * all_processors().size();
    const bool ends_early = self.number % all_processors().size() % 2 != 0;
    while (cpu::now_us() < deadline_us &&
           (!std::ranges::all_of(all_processors(), has_preempted) ||
            (!ends_early && !std::ranges::all_of(all_processors(), has_stolen)))) {
    }
}

void print_tasks() {
    console::print("sched: task  runs  preempted  migrated  ran on CPUs\n");
    for (const Task& task : all_tasks()) {
        std::array<char, 40> storage;
        lib::TextBuffer cpus(storage);
        for (const std::uint8_t cpu : task.cpus) {
            lib::format_to(cpus, " {}", cpu);
        }
        console::print("sched: {:>4}  {:>4}  {:>9}  {:>8} {}\n", task.number, task.runs,
                       task.preempted, task.migrated, cpus.text());
    }
}

void print_processors() {
    unsigned cpu = 0;
    for (const Processor& processor : all_processors()) {
        console::print("cpu {:>2}: {:>2} runs, {:>2} preemptions, {:>2} stolen\n", cpu++,
                       processor.runs, processor.preempted.load(), processor.stolen.load());
    }
}

}  // namespace

void demonstrate() {
    const std::size_t cpus = all_processors().size(), count = 2 * cpus;
    for (std::size_t i = 0; i < count; ++i) {
        spawn(work);
    }
    wait_for_tasks();
    if (boot::option("table") != "no") {
        if (count <= most_tasks_shown) {
            print_tasks();
        }
        print_processors();
    }
    ASSERT(std::ranges::all_of(all_processors(), has_preempted));
    ASSERT(std::ranges::all_of(all_processors(), has_stolen));
    console::print("sipi: {} CPU{} awake, {} tasks done\n", cpus, cpus == 1 ? "" : "s", count);
}

}  // namespace sched
