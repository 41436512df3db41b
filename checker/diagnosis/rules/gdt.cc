// Lab 2: a descriptor or a pointer in the page at 0x8000 that is not what the AP needs.
#include <fmt/format.h>

#include "checker/diagnosis/rules/rules.h"
#include "checker/diagnosis/tables.h"

namespace diagnosis::rules {

namespace {

unsigned code_bits(const TableInPage& table) {
    return table.name == "gdt32" ? 32 : 64;
}

// "the 32-bit code descriptor, gdt32[1],"
std::string which(const TableFlaw& flaw) {
    return fmt::format("the {}-bit {} descriptor, {}[{}],", code_bits(flaw.table),
                       flaw.entry == 1 ? "code" : "data", flaw.table.name, flaw.entry);
}

// "CPU 1 found"; where none failed, nobody minded.
std::string who(const Scene& scene) {
    return scene.cpu ? fmt::format("CPU {} found", scene.cpu->cpu) : "Every AP found";
}

// The limit stands where the base belongs, and the other way round.
bool has_changed_places(const TableInPage& table) {
    return table.pointer.base == full_limit && table.pointer.limit == table.address;
}

// " That is ...", where the number is known.
std::string what_base_that_is(const TableFlaw& flaw) {
    constexpr std::uint64_t word = 16;
    const std::uint32_t base = flaw.table.pointer.base, right = flaw.table.address;
    if (has_changed_places(flaw.table))
        return " Limit and base have changed places.";
    if (base == static_cast<std::uint32_t>(std::uint64_t{right} << word))
        return " The base is the right one, two bytes too far up: the struct has padding.";
    if (base == right - trampoline::tables_address)
        return " The base is the table's offset in `Tables`.";
    if (base == trampoline::tables_address +
                    (right - trampoline::tables_address) / sizeof(x86::SegmentDescriptor))
        return " The base counts descriptors where bytes belong.";
    if (base == right - trampoline::page_address)
        return " The base is its offset in the page.";
    if (base == trampoline::page_address)
        return " The base is where the page begins.";
    if (base == right + 24 || base == right - 24)
        return " The base is the other table's.";
    return "";
}

// A whole descriptor that has gone through a smaller type on its way, or what its base did.
std::string what_happened_to(const TableFlaw& flaw) {
    constexpr unsigned half = 32, word = 16;
    const std::uint64_t raw = flaw.entry == 0 ? 0 : flaw.table.entries[flaw.entry].raw;
    if (raw != 0 && raw >> half == 0)
        return "Its upper 32 bits are all zero: the number was cut to 32 bits.";
    if (raw >> half == low_32_bits || raw >> word == ~std::uint64_t{0} >> word)
        return "Its upper bits are all ones: a smaller signed number was extended by its sign.";
    if (const std::uint32_t base = flaw.table.entries[flaw.entry].base();
        flaw.kind == TableFlaw::Kind::not_flat && flaw.entry == 2 && base != 0)
        return fmt::format(
            "Here {:#x} is added to the address of each access to data: what was "
            "read of the mailbox lies elsewhere.",
            base);
    return "";
}

// Of one of the wrong kind, of all that it says only what no right one does.
std::string wrong_fields(const TableFlaw& flaw) {
    using D = x86::SegmentDescriptor;
    const bool flat = code_bits(flaw.table) == 32, code = flaw.entry == 1;
    const std::string end = ", ";
    const std::string right =
        describe(!code  ? D::data32()
                 : flat ? D::code32()
                        : D::code64()) +
        (flat ? end : end + describe(code ? D::code64_only() : D::data64_only()) + end);
    std::string wrong, rest = describe(flaw.table.entries[flaw.entry]) + end;
    for (std::size_t at; (at = rest.find(end)) != std::string::npos; rest.erase(0, at + end.size()))
        if (right.find(rest.substr(0, at) + end) == std::string::npos)
            wrong += (wrong.empty() ? "" : end) + rest.substr(0, at);
    return wrong;
}

// What is wrong, in one sentence.
std::string sentence(const Scene& scene, const TableFlaw& flaw) {
    using enum TableFlaw::Kind;
    const TableInPage& table = flaw.table;
    const x86::SegmentDescriptor found = table.entries[flaw.entry];
    const std::string whose = fmt::format("{} {}", who(scene), which(flaw));
    const std::uint32_t base = table.pointer.base;
    const unsigned limit = table.pointer.limit;
    switch (flaw.kind) {
        case pointer_missing:
            return fmt::format("{} {} filled, and {}_pointer all zero.", who(scene), table.name,
                               table.name);
        case pointer_base:
            return fmt::format("{} base {:#x} in {}_pointer; the table lies at {:#x}.{}",
                               who(scene), base, table.name, table.address,
                               what_base_that_is(flaw));
        case pointer_limit:
            return fmt::format("{} limit {} in {}_pointer; the table's last byte is number {}.{}",
                               who(scene), limit, table.name, full_limit,
                               limit == table.entries.size() || limit + 1 == table.entries.size()
                                   ? " A limit counts bytes, not entries."
                                   : "");
        case null_missing:
            return fmt::format("{} {:#x} in {}[0], which is the null entry.", who(scene),
                               table.entries[0].raw, table.name);
        case null:
            return whose + " all zero: nothing was written there, or it was cleared since.";
        case bytes_reversed:
            return whose + (found.p() && found.s() && found.dpl() == 0
                                ? " with its flags and bits 19 to 16 of its limit exchanged, the "
                                  "two halves of byte 6."
                            : found.raw >> 48 == 0 ? " with its two halves exchanged."
                            : (found.raw & 0xffff0000) == 0
                                ? " with fields of its upper 32 bits in reverse order."
                                : " with its eight bytes in reverse order.");
        case not_present:
            return whose + " with P clear.";
        case wrong_type:
            return fmt::format("{} of the wrong kind: {}.", whose, wrong_fields(flaw));
        case privilege:
            return fmt::format("{} with DPL {}.", whose, found.dpl());
        case l_and_d:
            return whose + " with both L and D set.";
        case code_size:
            return fmt::format("{} with L = {:d} and D = {:d}.", whose, found.l(), found.d());
        case not_flat:
            return fmt::format("{} that is not flat: base {:#x}, limit {:#x}.", whose, found.base(),
                               found.limit());
    }
    return "";
}

// Where the numbers tell more than what the catalogue says.
std::string_view what_to_do(const TableFlaw& flaw) {
    if (flaw.kind == TableFlaw::Kind::pointer_limit && flaw.table.pointer.limit == 0)
        return "Set `limit` to the table's size less one, 23. Where that is done, and as the base "
               "is "
               "right, look for a later store that reaches into it: a pointer has six bytes.";
    if (flaw.kind == TableFlaw::Kind::pointer_base && has_changed_places(flaw.table))
        return "Put the table's last byte, 23, into `limit` and its address into `base`. In memory "
               "the limit comes first: 16 bits, and then the base.";
    return "";
}

// The flaw that the AP met, if it is of this kind; of a code size, if it is in this table.
template <TableFlaw::Kind kind, unsigned bits = 0>
std::optional<Explanation> flawed(const Scene& scene) {
    const auto flaw = table_flaw(scene);
    if (!flaw || flaw->kind != kind || (bits != 0 && code_bits(flaw->table) != bits))
        return {};
    const x86::SegmentDescriptor its = flaw->table.entries[flaw->entry];
    // QEMU checks no limit at an access, and so not which way a segment expands.
    const bool unchecked =
        scene.evidence.engine == evidence::Engine::qemu &&
        (kind == TableFlaw::Kind::wrong_type ||
         (kind == TableFlaw::Kind::not_flat && its.limit() < trampoline::page_address));
    return Explanation{
        .cause = sentence(scene, *flaw),
        .detail = scene.oldest || scene.cpu ? what_happened_to(*flaw)
                  : flaw->entry == 1 && its.l() && its.d()
                      ? "The APs came up all the same in QEMU, which lets both together pass."
                  : unchecked
                      ? "The APs came up all the same in QEMU, which checks no limit at an access."
                  : kind == TableFlaw::Kind::pointer_base
                      ? "The APs came up all the same: they found descriptors there, too."
                      : "The APs came up all the same: nothing in this boot depends on it.",
        .advice = std::string{what_to_do(*flaw)},
        .exhibits = exhibits(*flaw, scene.cpu)};
}

// Nothing at all is what the untouched starter shows, and has its own words.
std::optional<Explanation> descriptor_missing(const Scene& scene) {
    const auto tables = tables_found(scene);
    if (!tables || (tables->gdt32_pointer.base == 0 && tables->gdt64_pointer.base == 0))
        return {};
    return flawed<TableFlaw::Kind::null>(scene);
}

std::optional<Explanation> descriptor_l_and_d(const Scene& scene) {
    if (auto found = flawed<TableFlaw::Kind::l_and_d>(scene))
        return found;
    // Nobody looks at a GDT of their own, but Bochs says why it refused it.
    if (!scene.protection_fault_in_trampoline() ||
        scene.oldest->engine_text.find("CS.L and CS.D_B") == std::string::npos)
        return {};
    return about(*scene.cpu, "loaded a code descriptor that has both L and D set.");
}

}  // namespace

using enum TableFlaw::Kind;

const RuleList gdt_rules{
    {"gdt-pointer-missing", flawed<pointer_missing>},
    {"gdt-pointer-base", flawed<pointer_base>},
    {"gdt-pointer-limit", flawed<pointer_limit>},
    {"gdt-null-missing", flawed<null_missing>},
    {"descriptor-missing", descriptor_missing},
    {"descriptor-bytes-reversed", flawed<bytes_reversed>},
    {"descriptor-not-present", flawed<not_present>},
    {"descriptor-wrong-type", flawed<wrong_type>},
    {"descriptor-privilege", flawed<privilege>},
    {"descriptor-l-and-d", descriptor_l_and_d},
    {"descriptor-not-32-bit", flawed<code_size, 32>},
    {"descriptor-not-64-bit", flawed<code_size, 64>},
    {"descriptor-not-flat", flawed<not_flat>},
};

}  // namespace diagnosis::rules
