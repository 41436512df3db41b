#include "checker/look/look.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "checker/error.h"
#include "checker/evidence/words.h"
#include "checker/guest/code.h"
#include "checker/judgement/commands.h"
#include "checker/judgement/control_flag.h"
#include "checker/process/output.h"

namespace look {

namespace {

using evidence::Cpu;
using evidence::End;
using evidence::Registers;
using judgement::ControlFlag;

std::string instructions(const Standing& standing, const Registers& registers, unsigned count) {
    const guest::CodeSize size = guest::code_size(registers);
    const guest::Machine machine = standing.machine();
    std::string text;
    std::uint64_t address = guest::linear_rip(registers);
    for (unsigned i = 0; i < count; ++i) {
        const auto bytes = machine.seen_with(registers).read(address, guest::longest_instruction);
        const std::size_t length = guest::instruction_length(bytes, size);
        const evidence::Location place = machine.symbols.locate(address);
        text += fmt::format("{} {:#x}  {:<32}", i == 0 ? "=>" : "  ", address,
                            length == 0 ? "no instruction can be read here"
                                        : guest::disassemble(bytes, address, size));
        if (place.line != 0)
            text += fmt::format("  {}:{}", place.file, place.line);
        text.erase(text.find_last_not_of(' ') + 1);
        text += '\n';
        if (length == 0)
            break;
        address += length;
    }
    return text;
}

std::string command(x86::InterruptCommand sent) {
    using x86::DeliveryMode;
    return fmt::format("{} to LAPIC {}{}", judgement::name(sent), sent.destination(),
                       sent.mode() == DeliveryMode::startup
                           ? fmt::format(", for the page at {:#x}", sent.vector() << 12)
                           : "");
}

// EFER, CR0 and CR4 by their bits, an AP's beside the BSP's.
std::string control(const Standing& standing, const Cpu& cpu) {
    using enum ControlFlag::Register;
    const Cpu& bsp = standing.evidence().cpus.front();
    std::string text;
    for (const auto which : {efer, cr0, cr4}) {
        const auto value = [&](const Cpu& one) {
            return judgement::value(which, one.registers->control);
        };
        const auto line = [&](const Cpu& one, std::string_view name) {
            text += fmt::format("CPU {}  {:<4}  {:<10}  {}\n", one.cpu, name,
                                fmt::format("{:#x}", value(one)),
                                judgement::bit_names(which, value(one)));
        };
        line(cpu, judgement::name(which));
        if (cpu.cpu != 0 && bsp.registers && value(bsp) != value(cpu))
            line(bsp, "");
    }
    return text;
}

// The letters that it has left, and where it stands.
std::string trace(const Standing&, const Cpu& cpu) {
    const std::string letters = cpu.cpu == 0        ? "the BSP leaves none"
                                : cpu.trace.empty() ? "none"
                                                    : cpu.trace;
    return fmt::format("CPU {}  {}\n       {}{}\n", cpu.cpu, letters,
                       cpu.registers->halted ? "halted at " : "at ", evidence::describe(cpu.where));
}

// Its GS base, and its record.
std::string record(const Standing&, const Cpu& cpu) {
    std::string text = fmt::format("CPU {}  GS base {:#x}", cpu.cpu, cpu.registers->gs.base);
    if (!cpu.record)
        return text + "\n";
    const evidence::Record& found = *cpu.record;
    text += cpu.registers->gs.base == found.address
                ? ": its record\n"
                : fmt::format(": not its record, which lies at {:#x}\n", found.address);
    if (found.self == 0)
        return text + "       the record is empty\n";
    return text + fmt::format("       self {:#x}, id {}, LAPIC ID {}\n", found.self, found.id,
                              found.lapic_id);
}

// Its APIC; of the BSP also what the kernel has sent to wake the others.
std::string lapic(const Standing& standing, const Cpu& cpu) {
    const std::string dump = standing.lapic(cpu.cpu);
    const auto number = [&](std::string_view mark) {
        return static_cast<std::uint32_t>(process::number_after(dump, mark).value_or(0));
    };
    constexpr std::uint32_t on = 1u << 8;
    const std::uint32_t low = number("ICR\t 0x");
    std::string text = fmt::format("CPU {}  LAPIC ID {}, {}\n", cpu.cpu, cpu.apic_id,
                                   (number("SPIV\t 0x") & on) != 0 ? "on" : "off");
    text += low == 0
                ? "       has sent nothing\n"
                : fmt::format("       ICR {:#010x} {:#010x}, the last command: {}\n", low,
                              number("ICR2\t 0x"),
                              command(x86::InterruptCommand::of_xapic(low, number("ICR2\t 0x"))));
    const auto& sent = standing.evidence().sent;
    if (!sent)
        return text;
    for (const observed::SentCommand& each : sent->first)
        if (each.sender == cpu.cpu)
            text += fmt::format("       {:>9}  {}\n",
                                each.time_us == observed::SentCommand::no_clock
                                    ? "early"
                                    : fmt::format("{} us", each.time_us),
                                command(each.command()));
    return text;
}

// The next instructions, in the size in which that CPU reads them.
std::string code(const Standing& standing, const Cpu& cpu) {
    constexpr unsigned shown = 6;
    return fmt::format("CPU {}  {}\n{}", cpu.cpu, evidence::describe_mode(*cpu.registers),
                       instructions(standing, *cpu.registers, shown));
}

// After the machine's end how that came about, else nothing.
std::string ended(const Standing& standing, const Cpu&) {
    if (!standing.has_ended())
        return {};
    const evidence::Evidence& evidence = standing.evidence();
    const auto dead = std::ranges::find_if(evidence.cpus, &Cpu::died);
    if (dead != evidence.cpus.end()) {
        const auto* oldest = evidence::oldest_exception(*dead);
        return fmt::format("The machine has died: CPU {} shut down, at\n  {}\n  {}\n", dead->cpu,
                           evidence::describe(oldest ? oldest->where : dead->where),
                           evidence::describe_chain(*dead, evidence.end));
    }
    if (!evidence.panic_text.empty())
        return fmt::format("The kernel stopped itself: {}\n", evidence.panic_text);
    if (evidence.end == End::triple_fault)
        return "The machine has died: a CPU shut down.\n";
    return evidence.end == End::powered_off ? "The machine has switched itself off.\n"
                                            : "The machine was reset.\n";
}

// What a person is told where GDB itself would mislead: the same, and in 16- and 32-bit code
// which instruction is next.
std::string stop(const Standing& standing, const Cpu& cpu) {
    if (standing.has_ended())
        return ended(standing, cpu);
    if (guest::code_size(*cpu.registers) == guest::CodeSize::bits64)
        return {};
    return fmt::format("CPU {}: {}. GDB reads that as 64-bit code; next is\n{}", cpu.cpu,
                       evidence::short_name(evidence::mode_of(*cpu.registers)),
                       instructions(standing, *cpu.registers, 1));
}

struct Known {
    std::string_view name;
    std::string (*tell)(const Standing&, const Cpu&);
};

constexpr auto all_known = std::to_array<Known>({
    {"ap-trace", trace},
    {"code", code},
    {"ended", ended},
    {"efer", control},
    {"gdt", gdt},
    {"idt", idt},
    {"lapic", lapic},
    {"per-cpu", record},
    {"stop", stop},
});

}  // namespace

std::vector<std::string> questions() {
    std::vector<std::string> names{"walk"};
    for (const Known& each : all_known)
        names.emplace_back(each.name);
    return names;
}

std::string answer(const Question& question, const Standing& standing) {
    const std::vector<Cpu>& cpus = standing.evidence().cpus;
    const unsigned one = question.cpu.value_or(standing.cpu_of_thread(question.thread));
    if (!question.all && one >= cpus.size())
        throw checker::Error(
            fmt::format("there is no CPU {}: say 0 to {}, or all", one, cpus.size() - 1));
    const auto* known = std::ranges::find(all_known, question.what, &Known::name);
    std::string text;
    for (const Cpu& cpu : cpus) {
        if ((!question.all && cpu.cpu != one) || !cpu.registers)
            continue;
        text += known == all_known.end() ? walk(standing, cpu, question.address.value_or(0))
                                         : known->tell(standing, cpu);
    }
    return text;
}

}  // namespace look
