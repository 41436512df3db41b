#include <algorithm>
#include <array>

#include "checker/error.h"
#include "checker/evidence/questions.h"
#include "checker/judgement/checks.h"
#include "checker/judgement/commands.h"
#include "memory/layout.h"

namespace judgement {

namespace {

using trampoline::Tables;
using x86::SegmentDescriptor;

constexpr unsigned expands_down = 4;  // in the type of a data segment

const Finding no_page = not_told("the engine could not read the page at 0x8000");

struct Place {
    std::string_view name;
    SegmentDescriptor (Tables::*table)[3];
    unsigned entry;
    SegmentDescriptor model;
    bool flat;  // base and limit count
};

// x86::SegmentDescriptor's own constructors are the models; what a CPU ignores is not compared.
constexpr auto places = std::to_array<Place>({
    {"gdt32.code", &Tables::gdt32, 1, SegmentDescriptor::code32(), true},
    {"gdt32.data", &Tables::gdt32, 2, SegmentDescriptor::data32(), true},
    {"gdt64.code", &Tables::gdt64, 1, SegmentDescriptor::code64(), false},
    {"gdt64.data", &Tables::gdt64, 2, SegmentDescriptor::data64(), false},
});

const Place& place_of(const lab::Fact& fact) {
    const auto found = std::ranges::find(places, fact.descriptor, &Place::name);
    if (found == places.end())
        throw checker::Error(fmt::format(
            "fact {} of lab.toml: no descriptor is called \"{}\"; write \"gdt64.code\" or the like",
            fact.id, fact.descriptor));
    return *found;
}

Finding compare(const Place& place, SegmentDescriptor found) {
    const SegmentDescriptor& model = place.model;
    if (found.raw == 0)
        return no("it is null");
    if (!found.p())
        return no("it is not present (P)");
    if (!found.s() || found.is_code() != model.is_code())
        return no("it is no {} segment", model.is_code() ? "code" : "data");
    if (found.dpl() != 0)
        return no("its DPL is {}", found.dpl());
    if (model.is_code() && (found.l() != model.l() || found.d() != model.d()))
        return no("it has L = {:d} and D = {:d}, not {:d} and {:d}", found.l(), found.d(),
                  model.l(), model.d());
    if (model.is_data() && !found.read_write())
        return no("it cannot be written");
    // Its limit is then where it begins: with 4 GiB nothing is left. [sdm3 3.4.5.1]
    if (place.flat && model.is_data() && (found.type() & expands_down) != 0)
        return no("it expands down");
    if (place.flat && (found.base() != 0 || found.limit() != model.limit()))
        return no("its base is {:#x} and its limit {:#x}, not 0 and {:#x}", found.base(),
                  found.limit(), model.limit());
    return yes();
}

Finding compare_pointer(std::string_view name, x86::TablePointer32 found, std::size_t offset) {
    constexpr unsigned limit = 3 * sizeof(SegmentDescriptor) - 1;
    const auto base = static_cast<std::uint32_t>(trampoline::tables_address + offset);
    // Copies: the pointer is packed.
    const std::uint32_t found_base = found.base;
    const unsigned found_limit = found.limit;
    if (found_base != base)
        return no("{}'s base is {:#x}, and its table lies at {:#x}", name, found_base, base);
    return yes_if(found_limit == limit, "{}'s limit is {}, not {}", name, found_limit, limit);
}

// Asks of the page as each AP found it, then as it is at the end, until one answer is not yes. An
// AP that came to C++ was seen to start, or somebody has kept it from being seen.
template <class Check>
Finding every_page(const Evidence& evidence, Check check) {
    const evidence::TrampolinePage* both = trampoline_page(evidence);
    if (!both)
        return no_page;
    for (const Cpu& cpu : evidence.cpus) {
        const auto found = found_page(evidence, cpu);
        if (!found && cpu.arrival)
            return no("nobody saw CPU {} start at 0x8000", cpu.cpu);
        if (Finding finding = found ? check(*found, &cpu) : yes(); !finding.holds())
            return finding;
    }
    return check(*both, nullptr);
}

Finding compare_pointers(const Tables& tables) {
    if (tables.gdt32[0].raw != 0 || tables.gdt64[0].raw != 0)
        return no("entry 0 of a table is not null");
    const Finding first =
        compare_pointer("gdt32_pointer", tables.gdt32_pointer, offsetof(Tables, gdt32));
    return first.holds()
               ? compare_pointer("gdt64_pointer", tables.gdt64_pointer, offsetof(Tables, gdt64))
               : first;
}

// As `reader` found it, where that is known.
Finding compare_mailbox(const Evidence& evidence, const trampoline::Mailbox& mailbox,
                        const Cpu* reader, const x86::ControlState& bsp, std::uint64_t entry) {
    if (mailbox.bsp != bsp)
        return no("it does not hold the BSP's control registers");
    if (mailbox.entry != entry)
        return no("its entry is {:#x}, not ap_entry64", mailbox.entry);
    if (mailbox.stack_top == 0 || mailbox.stack_top > ::memory::low_memory_size)
        return no("its stack_top is {:#x}", mailbox.stack_top);
    // The last AP's is what each before it had: what comes up gives it back.
    if (evidence.message && mailbox.stack_top != evidence.message->stack_top)
        return no("its stack_top is {:#x}, and the kernel's was {:#x}", mailbox.stack_top,
                  evidence.message->stack_top);
    if (mailbox.cpu == 0 || mailbox.cpu >= evidence.cpus.size())
        return no("its cpu is {}", mailbox.cpu);
    const std::uint32_t its_id = evidence.cpus[mailbox.cpu].apic_id;
    if (mailbox.lapic_id == its_id)
        return yes();
    return reader && reader->cpu != mailbox.cpu
               ? no("its cpu is {} and its lapic_id {}, where CPU {} found it, whose LAPIC has ID "
                    "{}",
                    mailbox.cpu, mailbox.lapic_id, reader->cpu, reader->apic_id)
               : no("its lapic_id is {}, and CPU {} has {}", mailbox.lapic_id, mailbox.cpu, its_id);
}

}  // namespace

Finding descriptor_right(const lab::Fact& fact, const Evidence& evidence) {
    const Place& place = place_of(fact);
    return every_page(evidence, [&](const auto& page, const Cpu*) {
        return compare(place, (tables_in(page).*place.table)[place.entry]);
    });
}

Finding table_pointers_right(const lab::Fact&, const Evidence& evidence) {
    constexpr std::uint64_t base = trampoline::tables_address + offsetof(Tables, gdt64);
    return every_page(evidence, [&](const auto& page, const Cpu* cpu) {
        const bool elsewhere = cpu && cpu->arrival && cpu->arrival->registers.gdt.base != base;
        Finding finding = compare_pointers(tables_in(page));
        return finding.holds() && elsewhere ? no("CPU {} came to C++ with GDTR {:#x}", cpu->cpu,
                                                 cpu->arrival->registers.gdt.base)
                                            : finding;
    });
}

Finding is_image_now(const evidence::TrampolinePage& both) {
    const auto code = code_differs(both);
    const auto address = code ? code : tables_differ(both);
    if (!address)
        return yes();
    const std::size_t offset = *address - trampoline::page_address;
    return no("at {:#x} it holds {:#04x}, the image {:#04x}", *address,
              static_cast<unsigned>(both.page[offset]), static_cast<unsigned>(both.image[offset]));
}

// An AP may write to its own code, and one that went astray may have written anywhere: what counts
// is the page as it was when the first AP was sent there. What lies between code and tables is the
// small stack, and what follows the tables the mailbox.
Finding page_is_image(const lab::Fact&, const Evidence& evidence) {
    const evidence::TrampolinePage* both = trampoline_page(evidence);
    if (!both)
        return no_page;
    for (const Cpu& cpu : evidence.cpus)
        if (const auto found = found_page(evidence, cpu);
            found ? (sees_whole_way(evidence) && code_differs(*found)) || tables_differ(*found)
                  : cpu.arrival.has_value())
            return page_was_there(evidence)
                       ? no("it was overwritten after the SIPI")
                       : no("it was not there, or not whole, when CPU {} started", cpu.cpu);
    if (const auto sipis = first_sipis(evidence); !sipis.empty()) {
        const bool for_each = std::ranges::all_of(sipis, [&](const observed::SentCommand* sipi) {
            return sipi->page.code == sipis.front()->page.code;
        });
        if (for_each && page_was_there(evidence))
            return yes();
        Finding now = is_image_now(*both);
        return now.holds() ? no("it was not there, or not whole, when the SIPI was sent") : now;
    }
    return is_image_now(*both);
}

Finding mailbox_right(const lab::Fact&, const Evidence& evidence) {
    const evidence::Registers* boot = bsp_registers(evidence);
    if (!boot)
        return no_registers_of_bsp;
    Finding finding = every_page(evidence, [&](const auto& page, const Cpu* reader) {
        return compare_mailbox(evidence, mailbox_in(page), reader, boot->control, page.entry);
    });
    if (finding.answer == Finding::Answer::no && message_differs(evidence).value_or(false) &&
        message_was_there(evidence))
        return {Finding::Answer::no, "it was overwritten after the SIPI", true};
    if (!finding.holds())
        return finding;
    const auto flaws = command_flaws(evidence);
    if (const auto* late = flaws ? first(*flaws, CommandFlaw::Kind::message_late) : nullptr)
        return no(describe(*late));
    return message_differs(evidence).value_or(false)
               ? no("it is not the message for CPU {}", evidence.message->cpu)
               : yes();
}

// Of several that woke at once, one may die while the others are still on their way: how far those
// have come is chance, and their letters are in one mailbox.
Finding protected_mode_reached(const lab::Fact& fact, const Evidence& evidence) {
    const auto flaws = command_flaws(evidence);
    if (const auto* several = flaws ? first(*flaws, CommandFlaw::Kind::to_several) : nullptr)
        return no(describe(*several));
    return every_ap(evidence, [&](const Cpu& cpu) {
        if (!reached(cpu, fact.stage))
            return no("CPU {} {}", cpu.cpu, how_far(cpu));
        if (!cpu.registers)
            return no_registers(cpu);
        if (!cpu.registers->control.cr0.has(x86::cr0::pe))
            return no("CPU {} is in real mode", cpu.cpu);
        return yes_if(mode_of(*cpu.registers) != evidence::Mode::protected_16,
                      "CPU {} is still in 16-bit code", cpu.cpu);
    });
}

}  // namespace judgement
