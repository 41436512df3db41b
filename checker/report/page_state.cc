#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <vector>

#include "checker/evidence/words.h"
#include "checker/judgement/control_flag.h"
#include "checker/report/page.h"

namespace report {

namespace {

using evidence::Cpu;
using evidence::Registers;
using x86::PageEntry;
using x86::PageWalk;
using x86::WalkOutcome;
using Register = judgement::ControlFlag::Register;

struct Named {
    unsigned bit;
    std::string_view name, meaning;
};

constexpr auto named_bits = std::to_array<Named>({
    {63, "NX", "no execute; reserved unless EFER.NXE"},
    {8, "G", "global"},
    {7, "PS", "a page here, not a table"},
    {6, "D", "dirty: written to"},
    {5, "A", "accessed"},
    {4, "PCD", "cache disabled"},
    {3, "PWT", "write-through"},
    {2, "U", "ring 3 may use it"},
    {1, "W", "writable"},
    {0, "P", "present"},
});

static_assert(PageEntry::no_execute_bit == x86::bit(named_bits[0].bit));
static_assert(PageEntry::huge_bit == x86::bit(named_bits[2].bit));
static_assert(PageEntry::present_bit == x86::bit(named_bits[9].bit));

const Named* named(unsigned bit) {
    const auto found = std::ranges::find(named_bits, bit, &Named::bit);
    return found == named_bits.end() ? nullptr : &*found;
}

// The bits of the last entry that ended the walk.
std::uint64_t offending(const PageWalk& walk) {
    return walk.outcome == WalkOutcome::reserved_bit  ? walk.reserved_bits
           : walk.outcome == WalkOutcome::not_present ? PageEntry::present_bit
                                                      : 0;
}

std::string end_of_walk(const PageWalk& walk) {
    switch (walk.outcome) {
        case WalkOutcome::mapped:
            return "\u2713 maps the page";
        case WalkOutcome::not_present:
            return "\u2715 not present";
        case WalkOutcome::reserved_bit:
            return fmt::format("\u2715 bit {} is reserved", walk.reserved_bit());
        case WalkOutcome::unreadable:
            return "\u2715 no memory there";
        case WalkOutcome::not_canonical:
            break;
    }
    return "";
}

void add_step(Element& path, const PageWalk& walk, const x86::WalkStep& step) {
    const bool last = &step == &walk.last();
    const bool good = walk.outcome == WalkOutcome::mapped;
    Element box = path.add("li", !last ? "" : (good ? "arrives" : "breaks"));
    box.add("h4", "", evidence::name_of(step));
    box.add("p", "mono",
            last && walk.outcome == WalkOutcome::unreadable
                ? fmt::format("at {:#x}", step.entry_address.raw)
                : fmt::format("{:#018x}", step.entry.raw));
    box.add("p", "tag", last ? end_of_walk(walk) : "leads on");
}

// From bit 63 down, in four groups of 16 that a narrow page can put below each other.
void add_strip(Element& parent, PageEntry entry, std::uint64_t bad) {
    Element strip = parent.add("div", "strip");
    strip.set("role", "img")
        .set("aria-label",
             fmt::format("The 64 bits of {:#018x}; the list below names them", entry.raw));
    Element cells = strip;
    for (unsigned bit = 64; bit-- > 0;) {
        if (bit % 16 == 15)
            cells = strip.add("div", "bits");
        const bool set = (entry.raw >> bit & 1) != 0;
        const bool is_bad = (bad >> bit & 1) != 0;
        const bool address = (PageEntry::address_bits >> bit & 1) != 0;
        const Named* name = named(bit);
        Element cell = cells.add("span", is_bad    ? "bit bad"
                                         : address ? "bit address"
                                         : set     ? "bit set"
                                                   : "bit");
        cell.add("i", "", bit % 4 == 3 || bit % 16 == 0 ? fmt::format("{}", bit) : "");
        cell.add("b", "", set ? "1" : "0");
        const std::string label{name && name->name.size() <= 2 ? name->name : ""};
        cell.add("u", "", is_bad ? "\u2715" + label : label);
    }
}

void add_legend(Element& parent, PageEntry entry, std::uint64_t bad) {
    Element list = parent.add("ul", "legend");
    for (unsigned bit = 64; bit-- > 0;) {
        const bool set = (entry.raw >> bit & 1) != 0;
        const bool is_bad = (bad >> bit & 1) != 0;
        const Named* name = named(bit);
        if (!is_bad && (!set || !name))
            continue;
        Element item = list.add("li", is_bad ? "bad" : "");
        item.add("b", "",
                 fmt::format("{}bit {}{}{} = {}", is_bad ? "\u2715 " : "", bit, name ? " " : "",
                             name ? name->name : "", set ? 1 : 0));
        if (name)
            item.text(fmt::format(" {}", name->meaning));
    }
    list.add("li")
        .add("b", "", "bits 51\u201312")
        .text(fmt::format(" address {:#x}", entry.address().raw));
}

std::string indices(const PageWalk& walk) {
    const std::uint64_t address = walk.address.raw;
    std::string text = fmt::format("{:#018x} =", address);
    for (const auto level :
         {x86::PageLevel::pml4, x86::PageLevel::pdpt, x86::PageLevel::pd, x86::PageLevel::pt})
        text += fmt::format(" {} {} \u00b7", x86::name(level), x86::index_of(walk.address, level));
    return text + fmt::format(" offset {:#x}", address % x86::page_size);
}

std::string in_hex(std::uint64_t value) {
    return fmt::format("{:#x}", value);
}

// A row of a table: what the CPU has, and what the BSP has. Where it is `compared`, a difference is
// marked: of others, such as RIP, it means nothing.
struct RegisterRow {
    std::string name, mine, bsps;
    bool compared = true;
};

// The CPU's values, and beside them the BSP's where there is another CPU.
void add_table(Element& parent, std::string_view title, const Cpu& cpu, const Cpu* bsp,
               const std::vector<RegisterRow>& rows) {
    std::vector<std::string> columns{"", cpu.cpu == 0 ? "BSP" : fmt::format("CPU {}", cpu.cpu)};
    if (bsp)
        columns.insert(columns.end(), {"BSP", ""});
    Element body = parent.table("registers", columns, title);
    for (const auto& [name, mine, bsps, compared] : rows) {
        const bool differs = bsp && compared && mine != bsps;
        Element line = body.row(name, differs ? "differs" : "");
        line.add("td", "mono", mine);
        if (bsp) {
            line.add("td", "mono", bsps);
            line.add("td", "mark", differs ? "\u2260" : "");
        }
    }
}

void add_bits(Element& parent, Register which, const Cpu& cpu, const Cpu* bsp) {
    const std::uint64_t mine = judgement::value(which, cpu.registers->control);
    const std::uint64_t bsps = bsp ? judgement::value(which, bsp->registers->control) : mine;
    std::vector<RegisterRow> rows{{"all", in_hex(mine), in_hex(bsps)}};
    for (unsigned bit = 64; bit-- > 0;) {
        const std::uint64_t mask = x86::bit(bit);
        const std::string name = judgement::bit_names(which, mask);
        if (((mine | bsps) & mask) != 0)
            rows.push_back(
                {name == "-" ? fmt::format("bit {}", bit) : fmt::format("{} {}", bit, name),
                 (mine & mask) != 0 ? "1" : "0", (bsps & mask) != 0 ? "1" : "0"});
    }
    add_table(parent, judgement::name(which), cpu, bsp, rows);
}

std::string code_width(const Registers& registers) {
    const evidence::Segment& code = registers.cs;
    return fmt::format("{:#x}, {}", code.selector,
                       code.long_mode ? "64-bit" : (code.size_32 ? "32-bit" : "16-bit"));
}

// Bochs does not tell.
std::string table_register(const evidence::TableRegister& table) {
    return table.base == 0 && table.limit == 0
               ? std::string{"not told"}
               : fmt::format("{:#x}, limit {:#x}", table.base, table.limit);
}

void add_others(Element& parent, const Cpu& cpu, const Cpu* bsp) {
    const Registers& mine = *cpu.registers;
    const Registers& bsps = bsp ? *bsp->registers : mine;
    std::vector<RegisterRow> rows{
        {"CR3", in_hex(mine.control.cr3), in_hex(bsps.control.cr3)},
        {"CS", code_width(mine), code_width(bsps)},
        {"GDT", table_register(mine.gdt), table_register(bsps.gdt), false},
        {"IDT", table_register(mine.idt), table_register(bsps.idt), false},
        {"GS base", in_hex(mine.gs.base), in_hex(bsps.gs.base), false},
        {"CR2", in_hex(mine.cr2), in_hex(bsps.cr2), false},
    };
    // Where a CPU stands that has not died is chance, the BSP too: it goes on for the moment that
    // an engine takes to stop it.
    if (cpu.died)
        rows.insert(rows.end(), {{"RIP", in_hex(mine.rip), "", false},
                                 {"RSP", in_hex(mine.rsp), "", false},
                                 {"RFLAGS", in_hex(mine.rflags), "", false}});
    add_table(parent, "Others", cpu, bsp, rows);
}

}  // namespace

void add_walk(Element& parent, const PageWalk& walk) {
    Element section = parent.part("The page walk that failed");
    if (walk.step_count == 0) {
        section.add("p", "",
                    fmt::format("{:#018x} is no canonical address: there is no walk for it.",
                                walk.address.raw));
        return;
    }
    section.add("p", "mono", indices(walk));
    Element figure = section.add("figure");
    Element path = figure.add("ol", "walk");
    for (const x86::WalkStep& step : walk.taken())
        add_step(path, walk, step);
    figure.add("figcaption", "", evidence::describe_walk(walk).back());
    if (walk.outcome == WalkOutcome::unreadable)
        return;
    add_strip(section, walk.last().entry, offending(walk));
    add_legend(section, walk.last().entry, offending(walk));
}

void add_registers(Element& parent, const Cpu& cpu, const Cpu* bsp) {
    if (!cpu.registers)
        return;
    const Cpu* beside = bsp && bsp != &cpu && bsp->registers ? bsp : nullptr;
    Element section = parent.part(
        fmt::format("CPU {}'s registers{}", cpu.cpu, beside ? " beside the BSP's" : ""));
    section.add("p", "note",
                beside ? "When the run ended. Bits that neither has set are left out. "
                         "\u2260 marks what an AP should have as the BSP has it."
                       : "When the run ended. Bits that are clear are left out.");
    Element tables = section.add("div", "tables");
    for (const Register which : {Register::efer, Register::cr0, Register::cr4})
        add_bits(tables, which, cpu, beside);
    add_others(tables, cpu, beside);
}

}  // namespace report
