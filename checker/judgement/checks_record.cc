#include <set>

#include "checker/judgement/checks.h"
#include "memory/layout.h"

namespace judgement {

namespace {

Finding no_record(const Cpu& cpu) {
    return not_told(fmt::format("the engine could not read CPU {}'s record", cpu.cpu));
}

}  // namespace

Finding gs_leads_to_own_record(const lab::Fact&, const Evidence& evidence) {
    std::set<std::uint64_t> bases;
    return every_started_ap(evidence, [&](const Cpu& cpu) {
        if (!cpu.registers)
            return no_registers(cpu);
        if (!cpu.record)
            return no_record(cpu);
        const std::uint64_t base = cpu.registers->gs.base;
        if (const auto& left = cpu.arrival ? cpu.arrival->left : std::nullopt;
            left && left->gs.base != cpu.record->address)
            return no("CPU {} left your code with GS base {:#x}, and its record lies at {:#x}",
                      cpu.cpu, left->gs.base, cpu.record->address);
        if (!bases.insert(base).second)
            return no("CPU {} has another CPU's GS base, {:#x}", cpu.cpu, base);
        return yes_if(base == cpu.record->address,
                      "CPU {}'s GS base is {:#x}, and its record lies at {:#x}", cpu.cpu, base,
                      cpu.record->address);
    });
}

Finding record_is_complete(const lab::Fact&, const Evidence& evidence) {
    const Cpu* boot = evidence::bsp(evidence);
    if (boot && boot->record && (boot->record->id != 0 || boot->record->lapic_id != boot->apic_id))
        return no("the BSP's record is not its own any more");
    return every_started_ap(evidence, [](const Cpu& cpu) {
        if (!cpu.record)
            return no_record(cpu);
        if (cpu.record->self == 0)
            return no("CPU {} has not filled its record", cpu.cpu);
        if (cpu.record->self != cpu.record->address)
            return no("CPU {}'s record says that it lies at {:#x}", cpu.cpu, cpu.record->self);
        if (cpu.record->id != cpu.cpu)
            return no("CPU {}'s record says that it is CPU {}", cpu.cpu, cpu.record->id);
        if (!cpu.record->complete)
            return no("CPU {}'s record does not say that it is complete", cpu.cpu);
        const auto is_given = [](std::uint64_t stack) {
            return stack > memory::stacks_base.raw && stack < memory::mmio_base.raw;
        };
        const auto& [stack_top, double_fault_stack_top, tables] = cpu.record->holds;
        return yes_if(cpu.record->prepared == evidence::Belongings{} ||
                          (cpu.record->holds == cpu.record->prepared && is_given(stack_top) &&
                           is_given(double_fault_stack_top)),
                      "CPU {}'s record names other stacks or tables than the kernel has for it",
                      cpu.cpu);
    });
}

Finding lapic_id_equals_madt(const lab::Fact&, const Evidence& evidence) {
    if (evidence::lapics_were_told(evidence))
        return no("a LAPIC was told its ID, and then asked");
    return every_started_ap(evidence, [&](const Cpu& cpu) {
        if (!cpu.record)
            return no_record(cpu);
        if (cpu.record->self == 0)
            return no("CPU {} has not filled its record", cpu.cpu);
        if (cpu.record->lapic_id != cpu.apic_id)
            return no("CPU {} says {:#x}, the MADT {:#x}", cpu.cpu, cpu.record->lapic_id,
                      cpu.apic_id);
        return yes_if(!evidence.asked_lapics || evidence.asked_lapics->contains(cpu.apic_id),
                      "nobody has read CPU {}'s LAPIC ID register", cpu.cpu);
    });
}

}  // namespace judgement
