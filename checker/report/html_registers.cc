#include "checker/report/html_registers.h"

#include <fmt/format.h>
#include <optional>
#include <string>

#include "checker/judgement/control_flag.h"

namespace report {

namespace {

using evidence::Cpu;
using evidence::Registers;
using Register = judgement::ControlFlag::Register;

// One table: the CPU's values, and beside them the BSP's where there is another CPU.
class Comparison {
  public:
    Comparison(Element& parent, std::string_view name, std::string_view rows, const Cpu& cpu,
               const Cpu* bsp)
        : beside_(bsp) {
        Element table = parent.add("table", "registers");
        table.add("caption", "", name);
        Element head = table.add("thead").add("tr");
        const auto column = [&](std::string_view text) {
            head.add("th", "", text).set("scope", "col");
        };
        column(rows);
        column(cpu.cpu == 0 ? "BSP" : fmt::format("CPU {}", cpu.cpu));
        if (beside_) {
            column("BSP");
            column("");
        }
        body_.emplace(table.add("tbody"));
    }

    // Where `compared`, a difference is marked: with others, such as RIP, it means nothing.
    void row(std::string_view name, const std::string& mine, const std::string& bsps,
             bool compared = true) {
        const bool differs = beside_ && compared && mine != bsps;
        Element line = body_->add("tr", differs ? "differs" : "");
        line.add("th", "", name).set("scope", "row");
        line.add("td", "mono", mine);
        if (!beside_)
            return;
        line.add("td", "mono", bsps);
        line.add("td", "mark", differs ? "\u2260" : "");
    }

  private:
    bool beside_;
    std::optional<Element> body_;
};

void add_bits(Element& parent, Register which, const Cpu& cpu, const Cpu* bsp) {
    const auto value = [&](const Cpu& one) {
        return judgement::ControlFlag{which, 0, {}}.value(one.registers->control);
    };
    const std::uint64_t mine = value(cpu);
    const std::uint64_t bsps = bsp ? value(*bsp) : mine;
    Comparison table{parent, judgement::name(which), "bit", cpu, bsp};
    table.row("all", fmt::format("{:#x}", mine), fmt::format("{:#x}", bsps));
    for (unsigned bit = 64; bit-- > 0;) {
        const std::uint64_t mask = x86::bit(bit);
        const std::string name = judgement::bit_names(which, mask);
        const bool shown = ((mine | bsps) & mask) != 0;
        if (shown)
            table.row(name == "-" ? fmt::format("bit {}", bit) : fmt::format("{} {}", bit, name),
                      (mine & mask) != 0 ? "1" : "0", (bsps & mask) != 0 ? "1" : "0");
    }
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
    Comparison table{parent, "Others", "register", cpu, bsp};
    const auto number = [&](std::string_view name, std::uint64_t a, std::uint64_t b,
                            bool compared) {
        table.row(name, fmt::format("{:#x}", a), fmt::format("{:#x}", b), compared);
    };
    number("CR3", mine.control.cr3, bsps.control.cr3, true);
    table.row("CS", code_width(mine), code_width(bsps));
    table.row("GDT", table_register(mine.gdt), table_register(bsps.gdt), false);
    table.row("IDT", table_register(mine.idt), table_register(bsps.idt), false);
    number("GS base", mine.gs.base, bsps.gs.base, false);
    number("CR2", mine.cr2, bsps.cr2, false);
    number("RIP", mine.rip, bsps.rip, false);
    number("RSP", mine.rsp, bsps.rsp, false);
    number("RFLAGS", mine.rflags, bsps.rflags, false);
}

}  // namespace

void add_registers(Element& parent, const Cpu& cpu, const Cpu* bsp) {
    if (!cpu.registers)
        return;
    const Cpu* beside = bsp && bsp != &cpu && bsp->registers ? bsp : nullptr;
    Element section = parent.add("section", "part");
    section.add("h3", "",
                beside ? fmt::format("CPU {}'s registers beside the BSP's", cpu.cpu)
                       : fmt::format("CPU {}'s registers", cpu.cpu));
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
