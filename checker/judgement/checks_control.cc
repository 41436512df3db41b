#include "checker/error.h"
#include "checker/judgement/checks.h"
#include "checker/judgement/control_flag.h"
#include "memory/layout.h"

namespace judgement {

namespace {

ControlFlag flag_of(const lab::Fact& fact) {
    if (const auto flag = control_flag(fact.flag))
        return *flag;
    throw checker::Error(
        fmt::format("fact {} of lab.toml: no flag is called \"{}\"; write \"efer.nxe\" or the like",
                    fact.id, fact.flag));
}

// Each AP that started, with its registers beside the BSP's.
template <class CheckBoth>
Finding beside_the_bsp(const Evidence& evidence, CheckBoth check) {
    const evidence::Registers* boot = bsp_registers(evidence);
    if (!boot)
        return no_registers_of_bsp;
    return every_started_ap(evidence, [&](const Cpu& cpu) {
        return cpu.registers ? check(cpu, cpu.registers->control, boot->control)
                             : no_registers(cpu);
    });
}

}  // namespace

Finding flag_equals_bsp(const lab::Fact& fact, const Evidence& evidence) {
    const ControlFlag flag = flag_of(fact);
    const evidence::Registers* boot = bsp_registers(evidence);
    if (!boot)
        return no_registers_of_bsp;
    if (!flag.set_in(boot->control))
        return no("the BSP itself has {} clear", flag.full_name());
    return every_started_ap(evidence, [&](const Cpu& cpu) {
        if (!cpu.registers)
            return no_registers(cpu);
        Finding clear = no("CPU {} has it clear", cpu.cpu);
        clear.elsewhere = (cpu.arrival && flag.set_in(cpu.arrival->registers.control)) ||
                          (fact.look.ends_with(".cc") && !reached(cpu, '1'));
        if (!flag.set_in(cpu.registers->control))
            return clear;
        return yes_if(!cpu.arrival || !cpu.arrival->left || flag.set_in(cpu.arrival->left->control),
                      "CPU {} had it clear when it left your code", cpu.cpu);
    });
}

Finding flag_set_at_entry(const lab::Fact& fact, const Evidence& evidence) {
    const ControlFlag flag = flag_of(fact);
    const evidence::Registers* boot = bsp_registers(evidence);
    if (!boot)
        return no_registers_of_bsp;
    return every_watched_ap(evidence, [&](const Cpu& cpu) {
        if (!cpu.arrival)
            return no("CPU {} never entered C++", cpu.cpu);
        const x86::ControlState& its = cpu.arrival->registers.control;
        if (flag.set_in(its) != flag.set_in(boot->control))
            return no("CPU {} had it {} there", cpu.cpu, flag.set_in(its) ? "set" : "clear");
        const auto more = beyond_inherited(its, boot->control);
        return more && evidence.second_machine
                   ? no("CPU {} had {} set there", cpu.cpu, more->full_name())
                   : yes();
    });
}

Finding only_inherited(const lab::Fact&, const Evidence& evidence) {
    return beside_the_bsp(evidence, [&](const Cpu& cpu, const auto& its, const auto& boot) {
        if (evidence.second_machine &&
            (boot.efer.has(x86::efer::nxe) || boot.cr0.has(x86::cr0::wp)))
            return no("the BSP has NXE or WP there, which the kernel has not given it");
        if (const auto flag = beyond_inherited(its, boot))
            return no("CPU {} has {} set", cpu.cpu, flag->full_name());
        if (!cpu.arrival && cpu.cpu <= evidence::watched_aps)
            return no("CPU {} never entered C++", cpu.cpu);
        if (const auto flag =
                cpu.arrival ? beyond_inherited(cpu.arrival->registers.control, boot) : std::nullopt)
            return no("CPU {} entered C++ with {} set", cpu.cpu, flag->full_name());
        if (!came_to_its_end(evidence))
            return no_end;
        return yes_if(finished_start(cpu), "CPU {} {}", cpu.cpu, how_far(cpu));
    });
}

Finding cr3_equals_bsp(const lab::Fact&, const Evidence& evidence) {
    return beside_the_bsp(evidence, [](const Cpu& cpu, const auto& its, const auto& boot) {
        if (its.cr3 != boot.cr3)
            return no("CPU {} has CR3 {:#x}, the BSP {:#x}", cpu.cpu, its.cr3, boot.cr3);
        const std::uint64_t in_cpp = cpu.arrival ? cpu.arrival->registers.control.cr3 : boot.cr3;
        return yes_if(in_cpp == boot.cr3, "CPU {} entered C++ with CR3 {:#x}, the BSP has {:#x}",
                      cpu.cpu, in_cpp, boot.cr3);
    });
}

Finding code_is_64_bit(const lab::Fact&, const Evidence& evidence) {
    return every_started_ap(evidence, [](const Cpu& cpu) {
        if (cpu.arrival && cpu.arrival->registers.cs.long_mode)
            return yes();
        if (!cpu.registers)
            return no_registers(cpu);
        return yes_if(
            cpu.registers->cs.long_mode && cpu.registers->control.efer.has(x86::efer::lma),
            "CPU {} never came to 64-bit code", cpu.cpu);
    });
}

Finding entered_on_own_stack(const lab::Fact&, const Evidence& evidence) {
    constexpr std::uint64_t return_address = 8, alignment = 16;
    return every_watched_ap(evidence, [&](const Cpu& cpu) {
        if (!cpu.arrival)
            return no("CPU {} never entered C++", cpu.cpu);
        const std::uint64_t top = cpu.arrival->mailbox.stack_top;
        const std::uint64_t at_the_call = cpu.arrival->registers.rsp + return_address;
        if (top % x86::page_size != 0)
            return no(
                "CPU {}'s mailbox names a stack that ends at {:#x}: the kernel's ends with a page",
                cpu.cpu, top);
        if (at_the_call > top || top - at_the_call > x86::page_size - evidence::stack_for_cpp)
            return no(
                "CPU {} entered with RSP {:#x}, outside the upper half of its stack, "
                "which ends at {:#x}",
                cpu.cpu, cpu.arrival->registers.rsp, top);
        if (const std::uint64_t argument = cpu.arrival->registers.rdi;
            argument != trampoline::mailbox_address &&
            argument != ::memory::direct_map(x86::PhysicalAddress{trampoline::mailbox_address}).raw)
            return no("CPU {} entered with RDI {:#x}, and the mailbox is at {:#x}", cpu.cpu,
                      argument, trampoline::mailbox_address);
        return yes_if(at_the_call % alignment == 0,
                      "CPU {} was called with RSP {:#x}, which is not 16-byte aligned", cpu.cpu,
                      at_the_call);
    });
}

}  // namespace judgement
