#include "checker/bochs/registers.h"

#include <array>
#include <fmt/format.h>
#include <map>
#include <utility>

#include "checker/process/output.h"
#include "x86/control_registers.h"

namespace bochs {

namespace {

using evidence::general_registers;
using evidence::Registers;
using Values = std::map<std::string, std::uint64_t, std::less<>>;

constexpr auto others =
    std::to_array<std::string_view>({"EFLAGS", "CR2", "RIP", "CR0", "CR3", "CR4", "MSR.EFER", "CS",
                                     "SS", "DS", "GS", "GDTR", "IDTR", "activity_state"});

// "0x1f", "true"
std::optional<std::uint64_t> value_of(std::string_view text) {
    if (text == "true" || text == "false")
        return text == "true" ? 1 : 0;
    return text.starts_with("0x") ? process::leading_number(text.substr(2))
                                  : process::leading_number(text, 10);
}

// show param name: <cpu1.CS>
// CS = {
//   selector = 0x18
// The name of a value is then "cpu1.CS.selector", and "cpu1.RIP" where there are no braces.
Values read_shown(std::string_view answers) {
    Values values;
    std::string shown;
    bool in_list = false;
    while (const auto line = process::take_line(answers)) {
        if (const auto name = process::after(*line, "show param name: <")) {
            shown = name->substr(0, name->find('>'));
            in_list = false;
            continue;
        }
        const std::size_t equals = line->find(" = ");
        if (equals == std::string_view::npos)
            continue;
        const std::string_view name = process::trimmed(line->substr(0, equals), " \t");
        const std::string_view text = process::trimmed(line->substr(equals + 3), " \t");
        if (text == "{")
            in_list = true;
        else if (const auto value = value_of(text))
            values[in_list ? fmt::format("{}.{}", shown, name) : shown] = *value;
    }
    return values;
}

// The values of one CPU. `complete` turns false when one is missing.
struct Shown {
    const Values& values;
    unsigned cpu;
    bool complete = true;

    std::uint64_t get(std::string_view name) {
        const auto found = values.find(fmt::format("cpu{}.{}", cpu, name));
        complete = complete && found != values.end();
        return found == values.end() ? 0 : found->second;
    }
    evidence::Segment segment(std::string_view name) {
        const auto of = [name](std::string_view what) { return fmt::format("{}.{}", name, what); };
        return {static_cast<std::uint16_t>(get(of("selector"))), get(of("base")),
                static_cast<std::uint32_t>(get(of("limit_scaled"))), get(of("l")) != 0,
                get(of("d_b")) != 0};
    }
    evidence::TableRegister table(std::string_view name) {
        return {get(fmt::format("{}.base", name)),
                static_cast<std::uint32_t>(get(fmt::format("{}.limit", name)))};
    }
};

std::optional<Registers> read_cpu(const Values& values, unsigned number) {
    constexpr std::uint64_t active = 0;  // among the states in its cpu.h
    Shown shown{values, number};
    Registers registers;
    for (const auto& [name, field] : general_registers)
        registers.*field = shown.get(name);
    registers.rflags = shown.get("EFLAGS");
    registers.cr2 = shown.get("CR2");
    registers.rip = shown.get("RIP");
    registers.control = {
        {shown.get("CR0")}, shown.get("CR3"), {shown.get("CR4")}, {shown.get("MSR.EFER")}};
    registers.cs = shown.segment("CS");
    registers.ss = shown.segment("SS");
    registers.ds = shown.segment("DS");
    registers.gs = shown.segment("GS");
    registers.gdt = shown.table("GDTR");
    registers.idt = shown.table("IDTR");
    registers.halted = shown.get("activity_state") != active;
    return shown.complete ? std::optional{registers} : std::nullopt;
}

// " CS:0018( 0003| 0|  0) 00000000 ffffffff 1 0": the last is D/B; L has a line of its own.
evidence::Segment dumped_segment(std::string_view dump, std::string_view mark) {
    const std::string_view line = process::rest_of_line(dump, mark);
    const std::string_view numbers = process::after(line, ") ").value_or("");
    return {static_cast<std::uint16_t>(process::leading_number(line).value_or(0)),
            process::leading_number(numbers).value_or(0),
            static_cast<std::uint32_t>(process::number_after(numbers, " ").value_or(0)), false,
            line.ends_with(" 1")};
}

// "EFER   = 0x00000500", and since 3.0 "EFER = 0x00000500: ffxsr nxe LMA LME sce".
std::optional<std::uint64_t> dumped_efer(std::string_view dump) {
    return process::number_after(process::rest_of_line(dump, "EFER "), "= 0x");
}

// Before 3.0 a dump has the flags by name alone, those in capitals that are set. Of them only IF
// says anything of how a CPU died.
std::uint64_t dumped_flags(std::string_view dump) {
    const std::string_view names = process::rest_of_line(dump, "| IOPL=");
    const bool on = process::contains(names, " IF ");
    return (x86::flag<x86::Rflags>(1) | (on ? x86::rflags::if_ : x86::Rflags{})).raw;
}

}  // namespace

std::string register_commands(unsigned cpu) {
    std::string commands;
    for (const auto& [name, field] : general_registers)
        commands += fmt::format("show \"cpu{}.{}\"\n", cpu, name);
    for (const std::string_view name : others)
        commands += fmt::format("show \"cpu{}.{}\"\n", cpu, name);
    return commands;
}

std::vector<std::optional<Registers>> parse_cpus(std::string_view answers, unsigned cpus) {
    const Values values = read_shown(answers);
    std::vector<std::optional<Registers>> result;
    for (unsigned number = 0; number < cpus; ++number)
        result.push_back(read_cpu(values, number));
    return result;
}

std::optional<Registers> parse_dump(std::string_view dump) {
    const auto cr0 = process::number_after(dump, "CR0=0x");
    const auto cr3 = process::number_after(dump, "CR3=0x");
    const auto cr4 = process::number_after(dump, "CR4=0x");
    const auto efer = dumped_efer(dump);
    if (!cr0 || !cr3 || !cr4 || !efer)
        return {};
    Registers registers;
    const auto value = [&](std::string_view name) {
        const std::string wide = fmt::format("{}{}=", name.size() == 2 ? " " : "", name);
        const std::string narrow = fmt::format("E{}=", name.substr(1));
        return process::number_after(dump, wide)
            .value_or(process::number_after(dump, narrow).value_or(0));
    };
    for (const auto& [name, field] : general_registers)
        registers.*field = value(name);
    registers.rip = value("RIP");
    registers.rflags = value("EFLAGS");
    if (registers.rflags == 0)
        registers.rflags = dumped_flags(dump);
    registers.control = {{*cr0}, *cr3, {*cr4}, {*efer}};
    registers.cr2 = process::number_after(dump, "CR2=0x").value_or(0);
    registers.cs = dumped_segment(dump, " CS:");
    registers.cs.long_mode = process::contains(dump, "CS.mode = 64 bit");
    registers.ss = dumped_segment(dump, " SS:");
    registers.ds = dumped_segment(dump, " DS:");
    registers.gs = dumped_segment(dump, " GS:");
    registers.gs.base = process::number_after(dump, "MSR_GS_BASE:").value_or(registers.gs.base);
    registers.halted =
        process::contains(dump, "(in shutdown)") || process::contains(dump, "(halted)");
    return registers;
}

}  // namespace bochs
