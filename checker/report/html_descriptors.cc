#include "checker/report/html_descriptors.h"

#include <fmt/format.h>
#include <optional>
#include <span>
#include <string>

#include "checker/evidence/questions.h"
#include "checker/evidence/trampoline_page.h"
#include "trampoline/stage.h"
#include "trampoline/tables.h"
#include "x86/exception.h"

namespace report {

namespace {

using trampoline::Tables;
using x86::SegmentDescriptor;

std::string in_words(SegmentDescriptor descriptor) {
    if (descriptor.raw == 0)
        return "null";
    if (!descriptor.s())
        return "no code or data";
    std::string text = descriptor.is_data() ? "data" : "code";
    if (descriptor.is_code())
        text += descriptor.l() ? (descriptor.d() ? ", both L and D set" : ", 64-bit")
                               : (descriptor.d() ? ", 32-bit" : ", 16-bit");
    text += fmt::format(", base {:#x}, limit {:#x}", descriptor.base(), descriptor.limit());
    return text + (descriptor.p() ? "" : ", not present");
}

// Which entry of the table at `base` the exception names.
std::optional<unsigned> named_entry(const evidence::Exception& exception, const evidence::Cpu& cpu,
                                    std::uint64_t base) {
    const x86::SelectorErrorCode code{exception.error.value_or(0)};
    if (code.raw == 0 || code.idt() || code.ti() || !cpu.registers ||
        cpu.registers->gdt.base != base)
        return {};
    return code.index();
}

void add_table(Element& section, std::string_view name, std::span<const SegmentDescriptor> entries,
               x86::TablePointer32 pointer, std::optional<unsigned> marked) {
    Element table = section.add("div", "scroll").add("table", "descriptors");
    const std::uint32_t base = pointer.base;  // the struct is packed
    const unsigned limit = pointer.limit;
    table.add("caption", "",
              fmt::format("{}: its pointer says base {:#x}, limit {}", name, base, limit));
    Element head = table.add("thead").add("tr");
    for (const char* column : {"selector", "entry", "decoded"})
        head.add("th", "", column).set("scope", "col");
    Element body = table.add("tbody");
    for (unsigned i = 0; i < entries.size(); ++i) {
        Element row = body.add("tr", marked == i ? "differs" : "");
        row.add("th", "mono", fmt::format("{}{:#04x}", marked == i ? "\u2715 " : "", i * 8))
            .set("scope", "row");
        row.add("td", "mono", fmt::format("{:#018x}", entries[i].raw));
        row.add("td", "", in_words(entries[i]));
    }
}

}  // namespace

void add_descriptors(Element& parent, const evidence::Evidence& evidence,
                     const evidence::Cpu& cpu) {
    const evidence::Exception* oldest = evidence::oldest_exception(cpu);
    if (!oldest || !x86::names_selector(static_cast<x86::ExceptionVector>(oldest->vector)) ||
        evidence::reached(cpu, static_cast<char>(trampoline::ApStage::long_mode)))
        return;
    const evidence::TrampolinePage* both = trampoline_page(evidence);
    if (!both)
        return;
    const Tables tables = tables_in(*both);
    Element section = parent.add("section", "part");
    section.add("h3", "", "The trampoline's descriptor tables");
    constexpr std::uint64_t first = trampoline::tables_address;
    const std::uint64_t used = cpu.registers ? cpu.registers->gdt.base : 0;
    if (used != 0 && used != first + offsetof(Tables, gdt32) &&
        used != first + offsetof(Tables, gdt64))
        section.add("p", "",
                    fmt::format("CPU {} used neither: its GDT lies at {:#x}, limit {:#x}.", cpu.cpu,
                                used, cpu.registers->gdt.limit));
    add_table(section, "gdt32", tables.gdt32, tables.gdt32_pointer,
              named_entry(*oldest, cpu, first + offsetof(Tables, gdt32)));
    add_table(section, "gdt64", tables.gdt64, tables.gdt64_pointer,
              named_entry(*oldest, cpu, first + offsetof(Tables, gdt64)));
}

}  // namespace report
