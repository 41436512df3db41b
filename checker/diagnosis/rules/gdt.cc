// Lab 2: a descriptor or a pointer in the page at 0x8000 that is not what the AP needs.
#include <fmt/format.h>

#include "checker/diagnosis/exhibits_tables.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/diagnosis/tables.h"

namespace diagnosis::rules {

namespace {

// "the 32-bit code descriptor, gdt32[1],"
std::string which(const TableFlaw& flaw) {
    return fmt::format("the {}-bit {} descriptor, {}[{}],", flaw.table.name == "gdt32" ? 32 : 64,
                       flaw.entry == 1 ? "code" : "data", flaw.table.name, flaw.entry);
}

// "CPU 1 found"; where none failed, nobody minded.
std::string who(const Scene& scene) {
    return scene.cpu ? fmt::format("CPU {} found", scene.cpu->cpu) : "Every AP found";
}

// " That is ...", where the number is known.
std::string what_base_that_is(const TableFlaw& flaw) {
    constexpr std::uint64_t word = 16;
    const std::uint32_t base = flaw.table.pointer.base, right = flaw.table.address;
    if (base == static_cast<std::uint32_t>(std::uint64_t{right} << word))
        return " That is the right one, two bytes too far up: the struct has padding.";
    if (base == right - trampoline::tables_address)
        return " That is the table's offset in `Tables`.";
    if (base == right - trampoline::page_address)
        return " That is its offset in the page.";
    if (base == trampoline::page_address)
        return " That is where the page begins.";
    if (base == right + 24 || base == right - 24)
        return " That is the other table.";
    return "";
}

// A whole descriptor that has gone through a smaller type on its way.
std::string_view what_happened_to(const TableFlaw& flaw) {
    constexpr unsigned half = 32, word = 16;
    const std::uint64_t raw = flaw.entry == 0 ? 0 : flaw.table.entries[flaw.entry].raw;
    if (raw != 0 && raw >> half == 0)
        return "Its upper 32 bits are all zero: the number was cut to 32 bits.";
    if (raw >> half == low_32_bits || raw >> word == ~std::uint64_t{0} >> word)
        return "Its upper bits are all ones: a smaller signed number was extended by its sign.";
    return "";
}

// Explains the flaw that the AP met if it is of this kind.
template <class Explain>
std::optional<Explanation> if_flaw(const Scene& scene, TableFlaw::Kind kind, Explain explain) {
    const auto tables = tables_found(scene);
    const auto flaw = table_flaw(scene, tables);
    if (!flaw || flaw->kind != kind)
        return {};
    Explanation explanation = explain(*flaw);
    explanation.exhibits = exhibits(*flaw, scene.cpu);
    explanation.detail = what_happened_to(*flaw);
    if (!scene.oldest && !scene.cpu)
        explanation.detail = "The APs came up all the same: nothing in this boot depends on it.";
    return explanation;
}

std::optional<Explanation> gdt_pointer_missing(const Scene& scene) {
    return if_flaw(scene, TableFlaw::Kind::pointer_missing, [&](const TableFlaw& flaw) {
        return Explanation{fmt::format("{} {} filled, and {}_pointer all zero.", who(scene),
                                       flaw.table.name, flaw.table.name)};
    });
}

std::optional<Explanation> gdt_pointer_base(const Scene& scene) {
    return if_flaw(scene, TableFlaw::Kind::pointer_base, [&](const TableFlaw& flaw) {
        const std::uint32_t base = flaw.table.pointer.base;
        return Explanation{fmt::format("{} base {:#x} in {}_pointer; the table lies at {:#x}.{}",
                                       who(scene), base, flaw.table.name, flaw.table.address,
                                       what_base_that_is(flaw))};
    });
}

std::optional<Explanation> gdt_pointer_limit(const Scene& scene) {
    return if_flaw(scene, TableFlaw::Kind::pointer_limit, [&](const TableFlaw& flaw) {
        const unsigned limit = flaw.table.pointer.limit;
        return Explanation{
            fmt::format("{} limit {} in {}_pointer; the table's last byte is number 23.",
                        who(scene), limit, flaw.table.name)};
    });
}

std::optional<Explanation> gdt_null_missing(const Scene& scene) {
    return if_flaw(scene, TableFlaw::Kind::null_missing, [&](const TableFlaw& flaw) {
        return Explanation{fmt::format("{} a descriptor in {}[0], which is the null entry.",
                                       who(scene), flaw.table.name)};
    });
}

// Nothing at all is what the untouched starter shows, and has its own words.
std::optional<Explanation> descriptor_missing(const Scene& scene) {
    const auto tables = tables_found(scene);
    if (!tables || (tables->gdt32_pointer.base == 0 && tables->gdt64_pointer.base == 0))
        return {};
    return if_flaw(scene, TableFlaw::Kind::null, [&](const TableFlaw& flaw) {
        return Explanation{
            fmt::format("{} {} all zero: nothing was written there.", who(scene), which(flaw))};
    });
}

std::optional<Explanation> descriptor_bytes_reversed(const Scene& scene) {
    return if_flaw(scene, TableFlaw::Kind::bytes_reversed, [&](const TableFlaw& flaw) {
        return Explanation{
            fmt::format("{} {} with its eight bytes in reverse order.", who(scene), which(flaw))};
    });
}

std::optional<Explanation> descriptor_not_present(const Scene& scene) {
    return if_flaw(scene, TableFlaw::Kind::not_present, [&](const TableFlaw& flaw) {
        return Explanation{fmt::format("{} {} with P clear.", who(scene), which(flaw))};
    });
}

std::optional<Explanation> descriptor_wrong_type(const Scene& scene) {
    return if_flaw(scene, TableFlaw::Kind::wrong_type, [&](const TableFlaw& flaw) {
        return Explanation{fmt::format("{} {} of the wrong kind: {}.", who(scene), which(flaw),
                                       describe(flaw.table.entries[flaw.entry]))};
    });
}

std::optional<Explanation> descriptor_privilege(const Scene& scene) {
    return if_flaw(scene, TableFlaw::Kind::privilege, [&](const TableFlaw& flaw) {
        return Explanation{fmt::format("{} {} with DPL {}.", who(scene), which(flaw),
                                       flaw.table.entries[flaw.entry].dpl())};
    });
}

std::optional<Explanation> descriptor_l_and_d(const Scene& scene) {
    if (auto found = if_flaw(scene, TableFlaw::Kind::l_and_d, [&](const TableFlaw& flaw) {
            return Explanation{
                .cause = fmt::format("{} {} with both L and D set.", who(scene), which(flaw))};
        }))
        return found;
    // A log has no page to look at, but Bochs says why it refused.
    if (!scene.raised(x86::ExceptionVector::general_protection) ||
        !in_trampoline(scene.oldest->where.address) ||
        scene.oldest->engine_text.find("CS.L and CS.D_B") == std::string::npos)
        return {};
    return Explanation{
        fmt::format("CPU {} loaded a code descriptor that has both L and D set.", scene.cpu->cpu)};
}

// A code descriptor of `table` with another L or D than it has to have.
std::optional<Explanation> if_code_size(const Scene& scene, std::string_view table) {
    const auto tables = tables_found(scene);
    const auto met = table_flaw(scene, tables);
    if (!met || met->table.name != table)
        return {};
    return if_flaw(scene, TableFlaw::Kind::code_size, [&](const TableFlaw& flaw) {
        const x86::SegmentDescriptor code = flaw.table.entries[flaw.entry];
        return Explanation{fmt::format("{} {} with L = {:d} and D = {:d}.", who(scene), which(flaw),
                                       code.l(), code.d())};
    });
}

std::optional<Explanation> descriptor_not_32_bit(const Scene& scene) {
    return if_code_size(scene, "gdt32");
}

std::optional<Explanation> descriptor_not_64_bit(const Scene& scene) {
    return if_code_size(scene, "gdt64");
}

std::optional<Explanation> descriptor_not_flat(const Scene& scene) {
    return if_flaw(scene, TableFlaw::Kind::not_flat, [&](const TableFlaw& flaw) {
        const x86::SegmentDescriptor found = flaw.table.entries[flaw.entry];
        return Explanation{fmt::format("{} {} that is not flat: base {:#x}, limit {:#x}.",
                                       who(scene), which(flaw), found.base(), found.limit())};
    });
}

}  // namespace

std::span<const Rule> gdt_rules() {
    static constexpr auto all = std::to_array<Rule>({
        {"gdt-pointer-missing", gdt_pointer_missing},
        {"gdt-pointer-base", gdt_pointer_base},
        {"gdt-pointer-limit", gdt_pointer_limit},
        {"gdt-null-missing", gdt_null_missing},
        {"descriptor-missing", descriptor_missing},
        {"descriptor-bytes-reversed", descriptor_bytes_reversed},
        {"descriptor-not-present", descriptor_not_present},
        {"descriptor-wrong-type", descriptor_wrong_type},
        {"descriptor-privilege", descriptor_privilege},
        {"descriptor-l-and-d", descriptor_l_and_d},
        {"descriptor-not-32-bit", descriptor_not_32_bit},
        {"descriptor-not-64-bit", descriptor_not_64_bit},
        {"descriptor-not-flat", descriptor_not_flat},
    });
    return all;
}

}  // namespace diagnosis::rules
