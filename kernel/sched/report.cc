#include "sched/report.h"

#include <array>

#include "console/print.h"
#include "instructions.h"
#include "lib/format.h"
#include "memory/kernel_heap.h"

namespace sched {

namespace {

void append_stays(lib::TextBuffer& line, const Itinerary& itinerary) {
    for (const Itinerary::Stay& stay : itinerary.stays()) {
        lib::format_to(line, "  {} x{}", stay.cpu, stay.runs);
    }
    if (itinerary.elsewhere() != 0) {
        lib::format_to(line, "  others x{}", itinerary.elsewhere());
    }
}

}  // namespace

IdleReading::IdleReading()
    : time_(instructions::read_tsc()), totals_(new std::uint64_t[cpu_count()], cpu_count()) {
    for (CpuIndex cpu = 0; cpu < cpu_count(); ++cpu) {
        totals_[cpu] = account_of(cpu).idle.total(time_);
    }
}

IdleReading::~IdleReading() {
    delete[] totals_.data();
}

std::uint64_t IdleReading::percent_since(const IdleReading& earlier, CpuIndex cpu) const {
    // A clock that is just being closed shows too little for a moment.
    const std::uint64_t before = earlier.totals_[cpu];
    const std::uint64_t idle = totals_[cpu] > before ? totals_[cpu] - before : 0;
    return idle_percent(idle, time_ - earlier.time_);
}

void print_table(const Table& table) {
    console::print("sched: {:<10} {:>4} {:>9} {:>5}  {}\n", "task", "runs", "preempted", "moved",
                   "ran on cpu, times");
    for (const Row& row : table) {
        std::array<char, 120> storage;
        lib::TextBuffer stays(storage);
        append_stays(stays, row.account.itinerary);
        console::print("sched: {:<10} {:>4} {:>9} {:>5}{}\n", row.name,
                       row.account.itinerary.runs(), row.account.preemptions.read(),
                       row.account.migrations.read(), stays.text());
    }
}

void print_cpu(CpuIndex cpu, std::uint64_t idle_percentage) {
    const CpuAccount& account = account_of(cpu);
    console::print("cpu {:>2}: {:>2} runs, {:>2} preemptions, {} migrated in, {:>2}% idle\n", cpu,
                   account.runs.read(), account.preemptions.read(), account.migrated_in.read(),
                   idle_percentage);
}

}  // namespace sched
