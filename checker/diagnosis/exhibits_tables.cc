#include "checker/diagnosis/exhibits_tables.h"

#include <algorithm>
#include <fmt/format.h>

namespace diagnosis {

namespace {

std::string kind_of(x86::SegmentDescriptor descriptor) {
    constexpr unsigned expands_down = 4;
    if (!descriptor.s())
        return fmt::format("system, type {}", descriptor.type());
    if (descriptor.is_code())
        return "code";
    return fmt::format("data, {}{}", descriptor.read_write() ? "writable" : "read-only",
                       (descriptor.type() & expands_down) != 0 ? ", expands down" : "");
}

std::string bytes(const std::vector<std::byte>& from, std::size_t offset) {
    constexpr std::size_t shown = 16;
    std::string text;
    for (std::size_t i = offset; i < std::min(offset + shown, from.size()); ++i)
        text += fmt::format(" {:02x}", static_cast<unsigned>(from[i]));
    return text;
}

}  // namespace

std::string describe(x86::SegmentDescriptor descriptor) {
    if (descriptor.raw == 0)
        return "null";
    return fmt::format("{}, P = {:d}, DPL = {}, {}D = {:d}, base {:#x}, limit {:#x}",
                       kind_of(descriptor), descriptor.p(), descriptor.dpl(),
                       descriptor.is_code() ? fmt::format("L = {:d}, ", descriptor.l()) : "",
                       descriptor.d(), descriptor.base(), descriptor.limit());
}

Exhibit pointer_exhibit(const TableInPage& table, const evidence::Cpu* cpu) {
    // Copies: the pointer is packed.
    const std::uint32_t base = table.pointer.base;
    const unsigned limit = table.pointer.limit;
    std::vector<std::string> lines{
        fmt::format("{}_pointer at {:#x}: limit {}, base {:#x}", table.name, table.pointer_address,
                    limit, base),
        fmt::format("{} lies at {:#x}, and its last byte is number 23", table.name, table.address)};
    if (cpu && cpu->registers)
        lines.push_back(fmt::format("GDTR of CPU {}: limit {}, base {:#x}", cpu->cpu,
                                    cpu->registers->gdt.limit, cpu->registers->gdt.base));
    return {"pointer", lines};
}

std::vector<Exhibit> exhibits(const TableFlaw& flaw, const evidence::Cpu* cpu) {
    using enum TableFlaw::Kind;
    if (flaw.kind == pointer_missing || flaw.kind == pointer_base || flaw.kind == pointer_limit)
        return {pointer_exhibit(flaw.table, cpu)};
    const x86::SegmentDescriptor found = flaw.table.entries[flaw.entry];
    return {{"descriptor",
             {fmt::format("{}[{}] at {:#x} = {:#018x}", flaw.table.name, flaw.entry,
                          flaw.table.address + flaw.entry * sizeof(found), found.raw),
              describe(found)}}};
}

Exhibit page_exhibit(const evidence::TrampolinePage& both, std::uint32_t from) {
    const std::size_t offset = from - trampoline::page_address;
    return {fmt::format("{:#x}", from),
            {fmt::format("memory{}", bytes(both.page, offset)),
             fmt::format("image {}", bytes(both.image, offset))}};
}

}  // namespace diagnosis
