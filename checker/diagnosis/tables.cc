#include "checker/diagnosis/tables.h"

#include <algorithm>
#include <bit>
#include <fmt/format.h>
#include <initializer_list>
#include <numeric>

#include "checker/evidence/questions.h"

namespace diagnosis {

using trampoline::Tables;
using x86::SegmentDescriptor;

namespace {

constexpr unsigned code_entry = 1, data_entry = 2;
constexpr unsigned expands_down = 4;  // in the type of a data segment

// The same 64-bit descriptor with limit and granularity, as many write it.
std::uint64_t with_limit(SegmentDescriptor model) {
    return model.l() ? SegmentDescriptor::code64().raw : model.raw;
}

// What some of its bits are, from `begin` on, if the highest field there was put where the lowest
// belongs.
SegmentDescriptor inside_out(SegmentDescriptor found, unsigned begin,
                             std::initializer_list<unsigned> widths) {
    SegmentDescriptor turned = found;
    unsigned from = begin, to = std::accumulate(widths.begin(), widths.end(), begin);
    for (const unsigned width : widths) {
        const std::uint64_t mask = (std::uint64_t{1} << width) - 1;
        to -= width;
        turned.raw = (turned.raw & ~(mask << to)) | (found.raw >> from & mask) << to;
        from += width;
    }
    return turned;
}

// Its upper 32 bits, the two bytes of flags alone, and the two halves of byte 6. [sdm3 3.4.5]
SegmentDescriptor from_the_other_end(SegmentDescriptor found) {
    return inside_out(found, 32, {8, 1, 1, 1, 1, 4, 1, 2, 1, 4, 8});
}
SegmentDescriptor flags_from_the_other_end(SegmentDescriptor found) {
    return inside_out(inside_out(found, 40, {1, 2, 1, 4}), 48, {1, 1, 1, 1, 4});
}
SegmentDescriptor flags_and_limit_exchanged(SegmentDescriptor found) {
    return inside_out(found, 48, {4, 4});
}

std::optional<TableFlaw::Kind> flaw_of(SegmentDescriptor found, SegmentDescriptor model,
                                       bool flat) {
    constexpr std::uint64_t accessed = std::uint64_t{1} << 40;
    if (found.raw == 0)
        return TableFlaw::Kind::null;
    for (const std::uint64_t read :
         {__builtin_bswap64(found.raw), std::rotl(found.raw, 32), from_the_other_end(found).raw,
          flags_from_the_other_end(found).raw, flags_and_limit_exchanged(found).raw})
        if ((read | accessed) == model.raw || (read | accessed) == with_limit(model))
            return TableFlaw::Kind::bytes_reversed;
    // A processor looks at the kind first, then at P. [sdm2 JMP]
    if (!found.s() || found.is_code() != model.is_code() ||
        (model.is_data() && (!found.read_write() || (flat && (found.type() & expands_down) != 0))))
        return TableFlaw::Kind::wrong_type;
    if (found.dpl() != 0)
        return TableFlaw::Kind::privilege;
    if (!found.p())
        return TableFlaw::Kind::not_present;
    if (flat && found.base() != 0)
        return TableFlaw::Kind::not_flat;
    if (model.is_code() && found.l() && found.d())
        return TableFlaw::Kind::l_and_d;
    if (model.is_code() && (found.l() != model.l() || found.d() != model.d()))
        return TableFlaw::Kind::code_size;
    if (flat && found.limit() != model.limit())
        return TableFlaw::Kind::not_flat;
    return {};
}

std::optional<TableFlaw> flaw_of(const TableInPage& table, SegmentDescriptor code_model,
                                 SegmentDescriptor data_model, bool flat) {
    const std::uint32_t base = table.pointer.base;
    const unsigned limit = table.pointer.limit;
    const bool filled = table.entries[code_entry].raw != 0 || table.entries[data_entry].raw != 0;
    if (base == 0 && limit == 0 && filled)
        return TableFlaw{TableFlaw::Kind::pointer_missing, table};
    if (filled && base != table.address)
        return TableFlaw{TableFlaw::Kind::pointer_base, table};
    if ((filled || limit != 0) && limit < full_limit)
        return TableFlaw{TableFlaw::Kind::pointer_limit, table};
    if (table.entries[0].raw != 0)
        return TableFlaw{TableFlaw::Kind::null_missing, table};
    if (const auto kind = flaw_of(table.entries[code_entry], code_model, flat))
        return TableFlaw{*kind, table, code_entry};
    if (const auto kind = flaw_of(table.entries[data_entry], data_model, flat))
        return TableFlaw{*kind, table, data_entry};
    if (filled && limit != full_limit)  // too large does no harm
        return TableFlaw{TableFlaw::Kind::pointer_limit, table};
    return {};
}

std::string kind_of(SegmentDescriptor descriptor) {
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

std::optional<Tables> tables_found(const Scene& scene) {
    if (!scene.page)
        return {};
    if (!tables_differ(*scene.page))
        return tables_in(*scene.page);
    return scene.lab.number == labs::gdt ? std::optional{tables_in_image(*scene.page)}
                                         : std::nullopt;
}

TableInPage gdt32(const Tables& tables) {
    return {"gdt32", trampoline::tables_address + offsetof(Tables, gdt32),
            std::to_array(tables.gdt32), tables.gdt32_pointer,
            trampoline::tables_address + offsetof(Tables, gdt32_pointer)};
}

TableInPage gdt64(const Tables& tables) {
    return {"gdt64", trampoline::tables_address + offsetof(Tables, gdt64),
            std::to_array(tables.gdt64), tables.gdt64_pointer,
            trampoline::tables_address + offsetof(Tables, gdt64_pointer)};
}

std::optional<TableFlaw> table_flaw(const Scene& scene) {
    const auto tables = tables_found(scene);
    const bool an_ap = scene.cpu && scene.cpu->cpu != 0;
    if (!tables || (scene.cpu && !an_ap))
        return {};
    const auto in_gdt32 = [&] {
        return flaw_of(gdt32(*tables), SegmentDescriptor::code32(), SegmentDescriptor::data32(),
                       true);
    };
    const auto in_gdt64 = [&] {
        return flaw_of(gdt64(*tables), SegmentDescriptor::code64(), SegmentDescriptor::data64(),
                       false);
    };
    // Nobody needs the 64-bit table before paging is on, nor where its next fetch then fails.
    const bool needs_gdt64 =
        scene.lab.number == labs::gdt ||
        (scene.registers() && in_long_mode(*scene.registers()) && !scene.lost_the_trampoline());
    // With L in its CS, which is of the 32-bit table, long mode is refused.
    if (an_ap && scene.registers() && scene.registers()->cs.long_mode &&
        !in_long_mode(*scene.registers()))
        if (auto met = in_gdt32())
            return met;
    if (an_ap && !scene.reached('R') && (needs_gdt64 || !scene.reached('p')))
        if (auto met = scene.reached('p') ? in_gdt64() : in_gdt32())
            return met;
    // One that has done all is no failure of the tables'.
    if (scene.lab.number != labs::gdt && (an_ap || scene.outcome != judgement::Outcome::not_yet))
        return {};
    if (auto first = in_gdt32())
        return first;
    return !an_ap || scene.reached('p') ? in_gdt64() : std::nullopt;
}

std::string describe(SegmentDescriptor descriptor) {
    if (descriptor.raw == 0)
        return "null";
    return fmt::format("{}, P = {:d}, DPL = {}, {}D = {:d}, base {:#x}, limit {:#x}",
                       kind_of(descriptor), descriptor.p(), descriptor.dpl(),
                       descriptor.is_code() ? fmt::format("L = {:d}, ", descriptor.l()) : "",
                       descriptor.d(), descriptor.base(), descriptor.limit());
}

// One that is no small number may be an address in the wrong place.
std::string limit_and_base(unsigned limit, std::uint32_t base) {
    constexpr unsigned most = 0xff;
    return limit <= most ? fmt::format("limit {}, base {:#x}", limit, base)
                         : fmt::format("limit {:#x}, base {:#x}", limit, base);
}

Exhibit pointer_exhibit(const TableInPage& table, const Cpu* cpu) {
    // Copies: the pointer is packed.
    const std::uint32_t base = table.pointer.base;
    const unsigned limit = table.pointer.limit;
    std::vector<std::string> lines{fmt::format("{}_pointer at {:#x}: {}", table.name,
                                               table.pointer_address, limit_and_base(limit, base)),
                                   fmt::format("{} lies at {:#x}, and its last byte is number {}",
                                               table.name, table.address, full_limit)};
    if (cpu && cpu->registers)
        lines.push_back(
            fmt::format("GDTR of CPU {}: {}", cpu->cpu,
                        limit_and_base(cpu->registers->gdt.limit,
                                       static_cast<std::uint32_t>(cpu->registers->gdt.base))));
    return {"pointer", lines};
}

std::vector<Exhibit> exhibits(const TableFlaw& flaw, const Cpu* cpu) {
    using enum TableFlaw::Kind;
    if (flaw.kind == pointer_missing || flaw.kind == pointer_base || flaw.kind == pointer_limit)
        return {pointer_exhibit(flaw.table, cpu)};
    const SegmentDescriptor found = flaw.table.entries[flaw.entry];
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
