#include "checker/report/html_timeline.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <vector>

#include "checker/evidence/questions.h"
#include "trampoline/stage.h"

namespace report {

namespace {

using evidence::Cpu;

struct Stage {
    char letter;
    std::string_view meaning;
};

constexpr auto stages = std::to_array<Stage>({
    {'r', "started, in real mode"},
    {'p', "entered protected mode"},
    {'a', "enabled PAE and loaded CR3"},
    {'l', "set EFER; paging is next"},
    {'R', "64-bit mode, stack and entry pointer read"},
    {'J', "the entry is in the higher half"},
    {'W', "about to call the entry"},
    {'1', "entered C++"},
    {'2', "interrupts are off"},
    {'3', "about to match the BSP's features"},
    {'A', "entered init_percpu"},
    {'B', "its number is in bounds"},
    {'C', "found its record"},
    {'X', "about to write its record"},
    {'Y', "the write is next"},
    {'E', "wrote its id"},
    {'F', "wrote its LAPIC id"},
    {'G', "wrote the record's own address"},
    {'H', "wrote its stack"},
    {'I', "wrote its double fault stack"},
    {'J', "wrote its tables"},
    {'K', "wrote its scheduler"},
    {'L', "wrote that it started"},
    {'D', "its record is complete"},
    {'4', "init_percpu returned"},
    {'5', "about to set its GS base"},
    {'6', "set its GS base"},
});

// In the order of the trace that stage.h states, and no other.
static_assert([] {
    constexpr std::string_view complete = trampoline::complete_trace;
    for (std::size_t i = 0; i < stages.size(); ++i)
        if (complete.size() != stages.size() || stages[i].letter != complete[i])
            return false;
    return true;
}());

struct Mode {
    std::string_view name;
    std::size_t first, count;  // stages
};

constexpr auto modes = std::to_array<Mode>({
    {"Real mode", 0, 1},
    {"Protected", 1, 1},
    {"PAE, CR3", 2, 1},
    {"LME", 3, 1},
    {"Long mode", 4, 3},
    {"C++", 7, 3},
    {"init_percpu", 10, 15},
    {"GS base", 25, 2},
    {"Online", 27, 0},
});

static_assert(modes.back().first == stages.size());

bool in_order(const Cpu& cpu) {
    return std::string_view{trampoline::complete_trace}.starts_with(cpu.trace);
}

// Rows of CPUs that came equally far, [first, last]. A long run of CPUs is still one line.
struct Row {
    const Cpu* first;
    const Cpu* last;
};

bool alike(const Cpu& a, const Cpu& b) {
    return a.trace == b.trace && !a.died && !b.died && !evidence::oldest_exception(a) &&
           !evidence::oldest_exception(b);
}

std::vector<Row> rows(const std::vector<Cpu>& cpus, const Cpu* told_about) {
    std::vector<Row> all;
    for (const Cpu& cpu : cpus) {
        const bool apart = cpu.cpu == 0 || all.empty() || &cpu == told_about ||
                           all.back().last == told_about || all.back().last->cpu == 0;
        if (!apart && alike(*all.back().last, cpu))
            all.back().last = &cpu;
        else
            all.push_back({&cpu, &cpu});
    }
    return all;
}

std::string label(const Row& row) {
    const std::string name =
        row.first->cpu == 0 ? std::string{"CPU 0, BSP"} : fmt::format("CPU {}", row.first->cpu);
    return row.first == row.last ? name : fmt::format("{}\u2013{}", name, row.last->cpu);
}

bool failed(const Cpu& cpu) {
    return cpu.died || evidence::oldest_exception(cpu);
}

// The letter that a CPU's trace stops before.
void add_stop(Element& cell, const Cpu& cpu, const Stage& stage) {
    const bool fault = failed(cpu);
    cell.add("b", fault ? "letter died" : "letter waits",
             fmt::format("{}{}", fault ? "\u2715" : "\u2026", stage.letter))
        .set("title", fmt::format("{} {}: {}", fault ? "died before" : "never left", stage.letter,
                                  stage.meaning));
}

void add_mode(Element& row, const Mode& mode, const Cpu& cpu) {
    const std::size_t left = cpu.trace.size();
    const bool whole = left >= mode.first + std::max<std::size_t>(mode.count, 1);
    const bool online = mode.count == 0 && left == stages.size() && !failed(cpu);
    const bool partly = left > mode.first || (left == mode.first && left > 0);
    Element cell =
        row.add("td", whole || online ? "reached" : (partly && !online ? "here" : "never"));
    cell.set("data-mode", mode.name);
    if (mode.count == 0) {
        if (online)
            cell.text("\u2713 yes");
        else
            cell.add("b", left == stages.size() ? "letter died" : "letter",
                     left == stages.size() ? "\u2715" : "\u2013");
        return;
    }
    for (std::size_t i = mode.first; i < mode.first + mode.count; ++i) {
        const Stage& stage = stages[i];
        const std::string letter{stage.letter};
        if (i < left)
            cell.add("b", "letter left", letter).set("title", stage.meaning);
        else if (i == left && left > 0)
            add_stop(cell, cpu, stage);
        else
            cell.add("i", "letter", letter);
    }
}

void add_row(Element& table, const Row& row, bool told_about) {
    const Cpu& cpu = *row.first;
    Element line = table.add("tr", told_about ? "told-about" : "");
    line.add("th", "", label(row)).set("scope", "row");
    const auto across = [&](std::string_view text) {
        line.add("td", "across", text).set("colspan", fmt::format("{}", modes.size()));
    };
    if (cpu.cpu == 0)
        return across(failed(cpu) ? "\u2715 started by the firmware, and died"
                                  : "started by the firmware; wakes the others");
    if (cpu.trace.empty())
        return across(failed(cpu) ? "\u2715 died before its first letter"
                                  : "\u2026 not a letter: it was never started");
    if (!in_order(cpu))
        return across(fmt::format("left {}, which is not the order of a start",
                                  shortened(cpu.trace, 2 * stages.size())));
    for (const Mode& mode : modes)
        add_mode(line, mode, cpu);
}

}  // namespace

std::string how_far(const Cpu& cpu) {
    const std::string who = fmt::format("CPU {}", cpu.cpu);
    if (cpu.cpu == 0)
        return "";
    if (cpu.trace.empty())
        return fmt::format("{} left no letter{}.", who, failed(cpu) ? " and died" : "");
    if (!in_order(cpu))
        return "";
    if (cpu.trace.size() == stages.size())
        return fmt::format("{} left every letter{}.", who,
                           failed(cpu) ? ", and died after the last" : "");
    const Stage& next = stages[cpu.trace.size()];
    return fmt::format("{} left {} and {} {}: \"{}\".", who, cpu.trace,
                       failed(cpu) ? "died before" : "never left", next.letter, next.meaning);
}

void add_timeline(Element& parent, const evidence::Evidence& evidence, const Cpu* told_about) {
    Element section = parent.add("section", "part");
    section.add("h3", "", "How far each CPU came");
    if (told_about)
        if (const std::string text = how_far(*told_about); !text.empty())
            section.add("p", "", text);
    Element table = section.add("div", "scroll").add("table", "timeline");
    table.add("caption", "",
              "The letters of each AP's stages, in order. Framed: left. Faint: never left.");
    Element head = table.add("thead").add("tr");
    head.add("th", "", "CPU").set("scope", "col");
    for (const Mode& mode : modes)
        head.add("th", "", mode.name).set("scope", "col");
    Element body = table.add("tbody");
    for (const Row& row : rows(evidence.cpus, told_about))
        add_row(body, row, row.first == told_about);
}

}  // namespace report
