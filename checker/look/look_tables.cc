#include <fmt/format.h>

#include "checker/diagnosis/tables.h"
#include "checker/evidence/questions.h"
#include "checker/evidence/words.h"
#include "checker/look/look.h"
#include "x86/exception.h"
#include "x86/gate.h"

namespace look {

namespace {

using evidence::Cpu;
using evidence::Mode;
using evidence::Registers;
using x86::InterruptGate;
using x86::SegmentDescriptor;

// Of a table whose register INIT has left alone, the rest would be the firmware's memory.
constexpr std::uint64_t most_descriptors = 16;

std::string head(const Cpu& cpu, std::string_view what) {
    return fmt::format("CPU {}  {}\n", cpu.cpu, what);
}

std::string users(const Registers& registers, std::uint64_t index) {
    std::string names;
    const auto add = [&](std::string_view name, const evidence::Segment& segment) {
        const x86::Selector selector{segment.selector};
        if (selector.raw > 3 && !selector.local() && selector.index() == index)
            names += fmt::format("{}{}", names.empty() ? "   <- " : ", ", name);
    };
    add("CS", registers.cs);
    add("SS", registers.ss);
    add("DS", registers.ds);
    add("TR", registers.tr);
    return names;
}

bool is_tss(SegmentDescriptor descriptor) {
    constexpr unsigned available = 9, busy = 11;
    return !descriptor.s() && (descriptor.type() == available || descriptor.type() == busy);
}

std::string describe(const InterruptGate& gate, const guest::Symbols& symbols) {
    constexpr unsigned interrupt_gate = 0xe, trap_gate = 0xf;
    const bool is_system = (gate.low & x86::bit(44)) == 0;
    if (!gate.present())
        return "not present (P is clear)";
    if (!is_system || (gate.type() != interrupt_gate && gate.type() != trap_gate))
        return fmt::format("no gate: S = {:d}, type {}", !is_system, gate.type());
    std::string place = symbols.name_at(gate.handler().raw);
    if (place.empty())
        place = fmt::format("{:#x}", gate.handler().raw);
    return fmt::format("to {:#x}:{}{}", gate.selector().raw, place,
                       gate.ist() != 0 ? fmt::format(", stack IST {}", gate.ist()) : "");
}

// Entry `i`, which is that and the next one if it is a TSS's: `i` is then moved on.
std::string entry(const guest::LinearMemory& memory, const Registers& registers, std::uint64_t& i,
                  std::uint64_t count) {
    const std::uint64_t place = registers.gdt.base + i * sizeof(SegmentDescriptor);
    const auto found = memory.read<SegmentDescriptor>(place);
    if (!found)
        return fmt::format("  [{}] {:#x} is not mapped\n", i, place);
    std::string text = fmt::format("  [{}] {:#018x}{}\n", i, found->raw, users(registers, i));
    const auto high = memory.read<std::uint64_t>(place + sizeof(SegmentDescriptor));
    if (!is_tss(*found) || !high || i + 1 >= count)
        return text + fmt::format("      {}\n", diagnosis::describe(*found));
    const x86::TssDescriptor tss{found->raw, *high};
    return text + fmt::format("  [{}] {:#018x}\n      TSS, {}, base {:#x}, limit {}\n", ++i, *high,
                              tss.busy() ? "busy" : "available", tss.base().raw, tss.limit());
}

// What an AP is to load on its way, as it lies in the page at 0x8000 now.
std::string in_page(const trampoline::Tables& tables) {
    std::string text;
    for (const auto& table : {diagnosis::gdt32(tables), diagnosis::gdt64(tables)}) {
        const std::uint32_t base = table.pointer.base;  // copies: it is packed
        const unsigned limit = table.pointer.limit;
        text += fmt::format("       {} lies at {:#x}; {}_pointer: base {:#x}, limit {}\n",
                            table.name, table.address, table.name, base, limit);
        for (unsigned i = 0; i < std::size(tables.gdt32); ++i)
            text += fmt::format("  [{}] {:#018x}\n      {}\n", i, table.entries[i].raw,
                                diagnosis::describe(table.entries[i]));
    }
    return text;
}

}  // namespace

std::string walk(const Standing& standing, const Cpu& cpu, std::uint64_t address) {
    const Registers& registers = *cpu.registers;
    const auto& state = registers.control;
    if (!state.cr0.has(x86::cr0::pg))
        return head(cpu, fmt::format("has paging off (CR0.PG = 0): {:#x} is physical", address));
    if (!state.efer.has(x86::efer::lma))
        return head(cpu, "pages outside long mode: these are no four-level tables");
    const x86::PageWalk walk = standing.machine().seen_with(registers).walk(address);
    std::string text = head(cpu, fmt::format("walks {:#018x}, CR3 {:#x}, EFER.NXE = {:d}", address,
                                             state.cr3, state.efer.has(x86::efer::nxe)));
    const std::vector<std::string> lines = evidence::describe_walk(walk);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::size_t colon = lines[i].find(": ");
        text += fmt::format(
            "  {}{}\n",
            walk.step_count == 0 ? "" : fmt::format("{:#010x}  ", walk.steps[i].entry_address.raw),
            lines[i].substr(0, colon));
        if (colon != std::string::npos)
            text += fmt::format("    {}\n", lines[i].substr(colon + 2));
    }
    if (walk.outcome == x86::WalkOutcome::mapped)
        text += fmt::format("    to physical {:#x}: {}, {}, {}\n", walk.physical.raw,
                            walk.writable ? "writable" : "read-only",
                            walk.executable ? "executable" : "not executable",
                            walk.user ? "ring 3 too" : "ring 0 only");
    return text;
}

std::string gdt(const Standing& standing, const Cpu& cpu) {
    const Registers& registers = *cpu.registers;
    const std::uint64_t limit = registers.gdt.limit;
    std::string text =
        head(cpu, fmt::format("GDTR: base {:#x}, limit {}", registers.gdt.base, limit));
    const guest::LinearMemory memory = standing.machine().seen_with(registers);
    const std::uint64_t count = (limit + 1) / sizeof(SegmentDescriptor);
    if (count > most_descriptors)
        text += "  This is what INIT leaves: there is no table yet.\n";
    else if (count == 0)
        text += "  With this limit the table has no descriptor.\n";
    else
        for (std::uint64_t i = 0; i < count; ++i)
            text += entry(memory, registers, i, count);
    const auto* page = evidence::trampoline_page(standing.evidence());
    if (page && cpu.cpu != 0 && evidence::mode_of(registers) != Mode::long_mode)
        text += in_page(evidence::tables_in(*page));
    return text;
}

std::string idt(const Standing& standing, const Cpu& cpu) {
    using enum x86::ExceptionVector;
    const Registers& registers = *cpu.registers;
    std::string text = head(
        cpu, fmt::format("IDTR: base {:#x}, limit {}", registers.idt.base, registers.idt.limit));
    if (evidence::mode_of(registers) != Mode::long_mode &&
        evidence::mode_of(registers) != Mode::compatibility)
        return text + "  Outside long mode: no gates of 16 bytes.\n";
    const guest::LinearMemory memory = standing.machine().seen_with(registers);
    for (const auto vector : {invalid_opcode, double_fault, general_protection, page_fault}) {
        const auto number = static_cast<unsigned>(vector);
        const std::uint64_t place = registers.idt.base + number * sizeof(InterruptGate);
        const auto gate = memory.read<InterruptGate>(place);
        const bool within = (number + 1) * sizeof(InterruptGate) - 1 <= registers.idt.limit;
        text += fmt::format("  [{:>2}] {}  at {:#x}: ", number, x86::mnemonic(vector), place);
        text += !within ? "beyond the limit\n"
                : !gate ? "not mapped\n"
                        : fmt::format("{:016x} {:016x}\n            {}\n", gate->high, gate->low,
                                      describe(*gate, standing.machine().symbols));
    }
    return text;
}

}  // namespace look
