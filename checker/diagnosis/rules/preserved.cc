// What a seam has no business to change, compared with what it was: the kernel's code, the record
// that init_percpu() has filled, the BSP's own registers and tables.
#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "checker/diagnosis/cpus.h"
#include "checker/diagnosis/low_map.h"
#include "checker/diagnosis/rules/rules.h"
#include "x86/page.h"

namespace diagnosis::rules {

namespace {

using evidence::Belongings;
using evidence::Overwritten;
using evidence::Record;

// In 32-bit code that is nobody's: it may have written anywhere, and how it came there is the
// cause. Real mode reaches no kernel.
bool runs_wild(const Cpu& cpu) {
    const Exception* oldest = evidence::oldest_exception(cpu);
    const Location& where = oldest ? oldest->where : cpu.where;
    return cpu.cpu != 0 && cpu.registers && !in_real_mode(cpu) && !cpu.arrival &&
           !in_trampoline(where.address) && where.symbol.empty();
}

std::optional<Explanation> kernel_overwritten(const Scene& scene) {
    const std::optional<Overwritten>& found = scene.evidence.overwritten;
    if (!found || std::ranges::any_of(scene.evidence.cpus, runs_wild) ||
        first_ap(scene, [&](const Cpu& cpu) {  // on a stack that lies there, which is the cause
            return cpu.arrival &&
                   cpu.arrival->registers.rsp - found->where.address < x86::page_size;
        }))
        return {};
    if (found->leads_to && !found->where.symbol.empty())
        return Explanation{
            .cause = fmt::format("The gate at {:#x}, in {}, was overwritten: it leads to {:#x}.",
                                 found->where.address, found->where.symbol, *found->leads_to),
            .cpu = 0};
    if (found->leads_to)
        return Explanation{
            .cause = fmt::format("The kernel's page at {:#x} leads to {:#x} by its tables, and not "
                                 "to where it was loaded.",
                                 found->where.address, *found->leads_to),
            .cpu = 0};
    const std::string bytes =
        fmt::format("{:#04x} instead of {:#04x}", static_cast<unsigned>(found->now),
                    static_cast<unsigned>(found->linked));
    const std::string in =
        found->where.symbol.empty() ? "" : fmt::format(", in {},", found->where.symbol);
    return Explanation{
        .cause = found->in_image
                     ? fmt::format("The trampoline's image in the kernel was overwritten: it holds "
                                   "{} for what belongs at {:#x}.",
                                   bytes, found->where.address)
                     : fmt::format("The kernel's memory at {:#x}{} was overwritten: it holds {}.",
                                   found->where.address, in, bytes),
        .detail = found->in_image ? "The image is what start_ap() copies from, and the page at "
                                    "0x8000 what it copies to."
                                  : "",
        .cpu = scene.cpu ? scene.cpu->cpu : 0};
}

// " That is CPU 0's.", if it is.
std::string whose(const Scene& scene, const Cpu& cpu, std::uint64_t Belongings::*field) {
    for (const Cpu& other : scene.evidence.cpus)
        if (other.cpu != cpu.cpu && other.record && cpu.record->holds.*field != 0 &&
            (other.record->prepared.*field == cpu.record->holds.*field ||
             (other.cpu == 0 && other.record->holds.*field == cpu.record->holds.*field)))
            return fmt::format(" That is CPU {}'s.", other.cpu);
    return "";
}

// The first field that is not what init_percpu() had written there.
std::optional<std::string> changed_field(const Scene& scene, const Cpu& cpu) {
    constexpr std::array fields{
        std::pair{"tables", &Belongings::tables}, std::pair{"stack_top", &Belongings::stack_top},
        std::pair{"double_fault_stack_top", &Belongings::double_fault_stack_top}};
    const Record& record = *cpu.record;
    const auto differs = [&](const auto& field) {
        return record.holds.*field.second != record.prepared.*field.second;
    };
    const auto changed = std::ranges::find_if(fields, differs);
    const Cpu* twin = first_cpu(scene, [&](const Cpu& one) {
        return one.cpu != cpu.cpu && one.record && one.record->address == record.self;
    });
    const bool filled =
        record.self == record.address || twin || !std::ranges::all_of(fields, differs);
    if (record.prepared == Belongings{} || !filled)
        return {};
    if (twin)
        return fmt::format("its self is {:#x}, which is CPU {}'s record", record.self, twin->cpu);
    if (record.self != record.address)
        return fmt::format("its self is {:#x}, and it lies at {:#x}", record.self, record.address);
    if (record.id != cpu.cpu)
        return fmt::format("its id is {}", record.id);
    if (changed == fields.end())
        return {};
    const std::string_view others =
        std::ranges::count_if(fields, differs) > 1 ? " Other fields have changed, too." : "";
    return fmt::format("its {} is {:#x} instead of {:#x}.{}{}", changed->first,
                       record.holds.*changed->second, record.prepared.*changed->second,
                       whose(scene, cpu, changed->second), others);
}

std::optional<Explanation> record_overwritten(const Scene& scene) {
    if (!scene.judges(labs::per_cpu))
        return {};
    const Cpu* cpu = first_ap(scene, [&](const Cpu& one) {
        return one.record && evidence::reached(one, 'A') && evidence::reached(one, 'D') &&
               changed_field(scene, one);
    });
    if (!cpu)
        return {};
    const std::string changed = *changed_field(scene, *cpu);
    return Explanation{
        .cause = fmt::format("CPU {}'s record was changed after init_percpu() had filled it: {}{}",
                             cpu->cpu, changed, changed.ends_with('.') ? "" : "."),
        .cpu = cpu->cpu};
}

std::optional<Explanation> root_replaced(const Scene& scene) {
    if (!scene.judges(labs::identity_map) || !scene.bsp_registers() ||
        !scene.bsp_registers()->control.cr0.has(x86::cr0::pg))
        return {};
    const std::uint64_t root = x86::page_table_root(scene.bsp_registers()->control.cr3).raw;
    if (!is_a_frame_of_lab_1(scene, root))
        return {};
    return Explanation{
        .cause = fmt::format("The BSP's CR3 is {:#x}: a frame of `frames.allocate()`, and not the "
                             "kernel's PML4.",
                             root),
        .cpu = 0};
}

std::optional<Explanation> physical_as_pointer(const Scene& scene) {
    if (!scene.judges(labs::identity_map) || !scene.cpu || scene.cpu != scene.bsp ||
        !scene.raised(ExceptionVector::page_fault) || scene.page_fault_with(x86::page_fault::p) ||
        !scene.oldest->cr2 || !scene.bsp_registers())
        return {};
    const std::uint64_t page = *scene.oldest->cr2 & ~(x86::page_size - 1);
    const bool root = page == x86::page_table_root(scene.bsp_registers()->control.cr3).raw;
    if (!root && !is_a_frame_of_lab_1(scene, page))
        return {};
    return Explanation{
        fmt::format("The BSP used {:#x} as a pointer: that is a physical address, of {}.",
                    *scene.oldest->cr2, root ? "the PML4" : "a frame of yours")};
}

// Its GDT is in its record's tables, at their beginning.
std::optional<Explanation> bsp_gdt_replaced(const Scene& scene) {
    const Cpu* bsp = scene.bsp;
    if (!bsp || !bsp->record || !bsp->registers || bsp->registers->gdt.base == 0 ||
        bsp->record->prepared.tables == 0 ||
        bsp->registers->gdt.base == bsp->record->prepared.tables ||
        !in_trampoline(bsp->registers->gdt.base))
        return {};
    return Explanation{
        .cause = fmt::format("The BSP's GDTR is {:#x}, in the trampoline's page: it was loaded "
                             "with an AP's table. The kernel's own lies at {:#x}.",
                             bsp->registers->gdt.base, bsp->record->prepared.tables),
        .advice = "Fill the tables in memory, and leave LGDT to the AP.",
        .cpu = 0};
}

}  // namespace

const RuleList preserved_rules{
    {"kernel-overwritten", kernel_overwritten}, {"bsp-control-changed", bsp_gdt_replaced},
    {"root-replaced", root_replaced},           {"physical-as-pointer", physical_as_pointer},
    {"record-overwritten", record_overwritten},
};

}  // namespace diagnosis::rules
