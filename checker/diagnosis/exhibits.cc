#include "checker/diagnosis/exhibits.h"

#include <algorithm>
#include <fmt/format.h>

#include "checker/diagnosis/start.h"
#include "checker/evidence/questions.h"
#include "trampoline/stage.h"
#include "x86/control_registers.h"

namespace diagnosis {

namespace {

using evidence::Cpu;
using evidence::End;
using judgement::ControlFlag;

std::string hex_address(std::uint64_t address) {
    return fmt::format("{:#018x}", address);
}

std::string_view describe_end(x86::WalkOutcome outcome) {
    switch (outcome) {
        case x86::WalkOutcome::mapped:
            return "mapped";
        case x86::WalkOutcome::not_present:
            return "not present (P is clear)";
        case x86::WalkOutcome::unreadable:
            return "in memory that does not exist";
        case x86::WalkOutcome::not_canonical:
            return "no canonical address";
        case x86::WalkOutcome::reserved_bit:
            break;
    }
    return "reserved";
}

std::vector<std::string> beside_bsp(ControlFlag::Register which, const Cpu& cpu, const Cpu* bsp) {
    const auto line = [&](const Cpu& one) {
        const std::uint64_t value = ControlFlag{which, 0, {}}.value(one.registers->control);
        const std::string who = one.cpu == 0 ? "BSP" : fmt::format("CPU {}", one.cpu);
        return fmt::format("{:<6} {:<10}  {}", who, fmt::format("{:#x}", value),
                           judgement::bit_names(which, value));
    };
    std::vector<std::string> lines{line(cpu)};
    if (bsp && bsp->registers && bsp->cpu != cpu.cpu)
        lines.push_back(line(*bsp));
    return lines;
}

std::string describe_trace(const Scene& scene, const Cpu& cpu) {
    const std::string_view complete = trampoline::complete_trace;
    if (cpu.trace.empty())
        return still_waits(scene, cpu) ? "none: it never started" : "none";
    if (cpu.trace == complete)
        return fmt::format("{}, complete", cpu.trace);
    if (!complete.starts_with(cpu.trace))
        return cpu.trace;
    return fmt::format("{}, and never {}", cpu.trace, complete[cpu.trace.size()]);
}

}  // namespace

std::string describe(const evidence::Location& location) {
    std::string text = location.instruction;
    const auto append = [&](std::string_view separator, const std::string& part) {
        if (!part.empty())
            text += fmt::format("{}{}", text.empty() ? "" : separator, part);
    };
    if (!location.file.empty())
        append("   ", location.line == 0 ? location.file
                                         : fmt::format("{}:{}", location.file, location.line));
    append(location.file.empty() ? "   " : " in ", location.symbol);
    if (location.file.empty() && location.symbol.empty())
        append("   ", fmt::format("at {}", hex_address(location.address)));
    return text;
}

std::string describe_chain(const Cpu& cpu, End end) {
    const evidence::Exception* oldest = evidence::oldest_exception(cpu);
    if (!oldest)
        return "none";
    const auto vector = static_cast<x86::ExceptionVector>(oldest->vector);
    std::string text{x86::mnemonic(vector)};
    if (oldest->error)
        text += fmt::format(" {:#04x}", *oldest->error);
    if (oldest->error && vector == x86::ExceptionVector::page_fault) {
        std::string bits;
        for (const auto& [flag, name] : x86::page_fault_names)
            if (x86::PageFaultError{*oldest->error}.has(flag))
                bits += fmt::format("{}{}", bits.empty() ? "" : " ", name);
        text += fmt::format(" ({})", bits.empty() ? "read, not present" : bits);
    }
    std::string_view separator = ", then ";
    for (const auto* next = oldest + 1; next < cpu.exceptions.data() + cpu.exceptions.size();
         ++next, separator = ", ")
        text += fmt::format("{}{}", separator,
                            x86::mnemonic(static_cast<x86::ExceptionVector>(next->vector)));
    if (end == End::triple_fault && cpu.died)
        text += fmt::format("{}triple fault", separator);
    return text;
}

std::vector<std::string> describe_walk(const x86::PageWalk& walk) {
    std::vector<std::string> places, lines;
    for (const x86::WalkStep& step : walk.taken())
        places.push_back(fmt::format("{}[{}]", x86::name(step.level), step.index));
    std::size_t width = 0;
    for (const std::string& place : places)
        width = std::max(width, place.size());
    for (std::size_t i = 0; i < places.size(); ++i)
        lines.push_back(
            fmt::format("{:<{}} = {:#018x}", places[i], width, walk.taken()[i].entry.raw));
    if (lines.empty())
        return {std::string{describe_end(walk.outcome)}};
    if (walk.outcome == x86::WalkOutcome::unreadable)
        lines.back() =
            fmt::format("{:<{}} is {}", places.back(), width, describe_end(walk.outcome));
    else if (walk.outcome == x86::WalkOutcome::reserved_bit)
        lines.back() += fmt::format(": bit {} is set{}, and this CPU reserves it",
                                    walk.reserved_bit(), walk.reserved_bit() == 63 ? " (NX)" : "");
    else
        lines.back() += fmt::format(": {}", describe_end(walk.outcome));
    return lines;
}

std::vector<Exhibit> exhibits(const Scene& scene, const Cpu* cpu,
                              std::span<const ControlFlag::Register> compare) {
    std::vector<Exhibit> all;
    if (!scene.evidence.panic_text.empty())
        all.push_back(
            {"panic",
             {scene.evidence.panic_cpu
                  ? fmt::format("CPU {}: {}", *scene.evidence.panic_cpu, scene.evidence.panic_text)
                  : scene.evidence.panic_text}});
    if (!cpu)
        return all;
    if (const evidence::Exception* oldest = evidence::oldest_exception(*cpu)) {
        all.push_back({"instruction", {describe(oldest->where)}});
        all.push_back({"exceptions", {describe_chain(*cpu, scene.evidence.end)}});
        if (oldest->cr2)
            all.push_back({"address", {hex_address(*oldest->cr2)}});
        if (cpu == scene.cpu && scene.walk() && oldest->cr2)
            all.push_back({"page walk", describe_walk(*scene.walk())});
    } else if (scene.evidence.end != End::panicked &&  // a panic stops every CPU in one place
               (!cpu->where.symbol.empty() || !cpu->where.file.empty())) {
        all.push_back({"stands at", {describe(cpu->where)}});
    }
    if (cpu->registers)
        for (const ControlFlag::Register which : compare)
            all.push_back(
                {std::string{judgement::name(which)}, beside_bsp(which, *cpu, scene.bsp)});
    if (cpu->cpu != 0)
        all.push_back({"trace", {describe_trace(scene, *cpu)}});
    return all;
}

std::vector<Exhibit> all_that_is_known(const Scene& scene) {
    std::vector<Exhibit> all;
    if (!scene.registers())
        return all;
    const evidence::Registers& registers = *scene.registers();
    all.push_back(
        {"mode",
         {fmt::format("{}, interrupts {}", evidence::short_name(evidence::mode_of(registers)),
                      x86::Rflags{registers.rflags}.has(x86::rflags::if_) ? "on" : "off")}});
    all.push_back({"stack", {fmt::format("RSP {:#x}", registers.rsp)}});
    all.push_back({"CR3", {fmt::format("{:#x}", registers.control.cr3)}});
    if (registers.gdt.limit != 0)
        all.push_back(
            {"tables",
             {fmt::format("GDT {:#x}, limit {:#x}", registers.gdt.base, registers.gdt.limit),
              fmt::format("IDT {:#x}, limit {:#x}", registers.idt.base, registers.idt.limit)}});
    std::vector<std::string> callers;
    for (const evidence::Location& each : scene.cpu->callers)
        callers.push_back(describe(each));
    if (!callers.empty())
        all.push_back({"called from", std::move(callers)});
    if (scene.oldest && !scene.oldest->engine_text.empty())
        all.push_back({"Bochs said", {scene.oldest->engine_text}});
    return all;
}

}  // namespace diagnosis
