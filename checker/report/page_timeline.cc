#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <vector>

#include "checker/evidence/questions.h"
#include "checker/report/page.h"
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
static_assert(std::ranges::equal(stages, std::string_view{trampoline::complete_trace}, {},
                                 &Stage::letter));

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

void add_letters(Element& cell, const Cpu& cpu) {
    const std::size_t left = cpu.trace.size();
    for (std::size_t i = 0; i < stages.size(); ++i) {
        const auto& [letter, meaning] = stages[i];
        if (i < left)
            cell.add("b", "letter left", {&letter, 1}).set("title", meaning);
        else if (i == left && failed(cpu))
            cell.add("b", "letter died", fmt::format("\u2715{}", letter)).set("title", meaning);
        else if (i == left)
            cell.add("b", "letter waits", fmt::format("\u2026{}", letter)).set("title", meaning);
        else
            cell.add("i", "letter", {&letter, 1}).set("title", meaning);
    }
    if (left == stages.size())
        cell.add("b", failed(cpu) ? "letter died" : "online", failed(cpu) ? "\u2715" : "\u2713");
}

std::string without_letters(const Cpu& cpu) {
    if (cpu.cpu == 0)
        return failed(cpu) ? "\u2715 started by the firmware, and died"
                           : "started by the firmware; wakes the others";
    if (cpu.trace.empty())
        return failed(cpu) ? "\u2715 died before its first letter"
                           : "\u2026 not a letter: it was never started";
    return in_order(cpu) ? ""
                         : fmt::format("left {}, which is not the order of a start",
                                       shortened(cpu.trace, 2 * stages.size()));
}

// "CPU 1 left rpal and died before R", and what R would have said.
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

}  // namespace

void add_timeline(Element& parent, const evidence::Evidence& evidence, const Cpu* told_about) {
    Element section = parent.part("How far each CPU came");
    if (told_about)
        if (const std::string text = how_far(*told_about); !text.empty())
            section.add("p", "", text);
    Element body = section.table("timeline", {"CPU", "Letters"},
                                 "The letters of each AP's stages, in order. Framed: left. Faint: "
                                 "never left.");
    for (const Row& row : rows(evidence.cpus, told_about)) {
        const Cpu& cpu = *row.first;
        Element cell = body.row(label(row), row.first == told_about ? "told-about" : "").add("td");
        const std::string words = without_letters(cpu);
        if (words.empty())
            add_letters(cell, cpu);
        else
            cell.text(words);
    }
}

}  // namespace report
