#include "checker/judgement/checks.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>
#include <utility>

#include "checker/evidence/kernel_names.h"
#include "checker/evidence/questions.h"
#include "checker/judgement/commands.h"

namespace judgement {

namespace {

constexpr auto checks = std::to_array<std::pair<std::string_view, Check>>({
    {"low-map-leads-back", low_map_leads_back},
    {"low-map-is-one-page", low_map_is_one_page},
    {"low-map-gone", low_map_gone},
    {"descriptor-right", descriptor_right},
    {"table-pointers-right", table_pointers_right},
    {"page-is-image", page_is_image},
    {"mailbox-right", mailbox_right},
    {"commands-right", commands_right},
    {"protected-mode-reached", protected_mode_reached},
    {"flag-equals-bsp", flag_equals_bsp},
    {"flag-set-at-entry", flag_set_at_entry},
    {"only-inherited", only_inherited},
    {"cr3-equals-bsp", cr3_equals_bsp},
    {"code-is-64-bit", code_is_64_bit},
    {"entered-on-own-stack", entered_on_own_stack},
    {"gs-leads-to-own-record", gs_leads_to_own_record},
    {"record-is-complete", record_is_complete},
    {"lapic-id-equals-madt", lapic_id_equals_madt},
    {"every-ap-up", every_ap_up},
});

// Where the engine sees it, not what it says; an interrupt may have called it from there.
bool in_scheduler(const Cpu& cpu) {
    return at_work(cpu) || std::ranges::any_of(cpu.callers, [](const evidence::Location& place) {
               return place.symbol.starts_with(evidence::kernel_names::scheduler);
           });
}

// Else it may be the CPU of a virtual machine, which outlives the labs' code.
Finding has_a_starts_bits(const Cpu& cpu) {
    const x86::ControlState& control = cpu.registers->control;
    return yes_if(evidence::beyond_a_start(control) == x86::ControlState{},
                  "CPU {} is at work with EFER {:#x} and CR4 {:#x}", cpu.cpu, control.efer.raw,
                  control.cr4.raw);
}

}  // namespace

Check check_named(std::string_view name) {
    for (const auto& [known, check] : checks)
        if (known == name)
            return check;
    return nullptr;
}

Finding every_ap_up(const lab::Fact& fact, const Evidence& evidence) {
    if (!came_to_its_end(evidence))
        return no_end;
    const Cpu* boot = bsp(evidence);
    if (!boot || !boot->registers)
        return no_registers_of_bsp;
    const auto protects = [](const Cpu& cpu) {
        return cpu.registers->control.cr0.has(x86::cr0::wp) &&
               cpu.registers->control.efer.has(x86::efer::nxe);
    };
    // Another firmware, or a loader, may have set bits of the BSP's.
    if (Finding bits = has_a_starts_bits(*boot);
        !bits.holds() && evidence.way == evidence::Way::rom)
        return bits;
    if (!protects(*boot))
        return no("the BSP has lost CR0.WP or EFER.NXE");
    if (evidence.overwritten)
        return no("the kernel's own memory was overwritten at {:#x}",
                  evidence.overwritten->where.address);
    for (const Cpu& cpu : evidence.cpus)
        if (cpu.arrival &&
            x86::Rflags{cpu.arrival->registers.rflags}.any(x86::rflags::if_ | x86::rflags::df))
            return no("CPU {} entered C++ with RFLAGS.IF or DF set", cpu.cpu);
    std::set<std::uint64_t> gs_bases{boot->registers->gs.base};
    const Finding up = every_ap(evidence, [&](const Cpu& cpu) {
        if (!finished_start(cpu))
            return no("CPU {} {}", cpu.cpu,
                      at_work(cpu) && !cpu.trace.empty()
                          ? fmt::format("came up, and its trace is {}", cpu.trace)
                          : how_far(cpu));
        if (!cpu.registers)
            return no_registers(cpu);
        const bool seen = cpu.arrival && (cpu.arrival->left || !evidence::sees_whole_way(evidence));
        if (!seen && cpu.cpu <= evidence::watched_aps)
            return no("nobody saw CPU {} on its way through C++", cpu.cpu);
        if (!cpu.registers->cs.long_mode)
            return no("CPU {} is not in 64-bit code", cpu.cpu);
        if (cpu.handshake == evidence::Handshake::given_up)
            return no("CPU {} left its letters, and had been given up", cpu.cpu);
        if (!in_scheduler(cpu))
            return no("CPU {} left its letters, but is not at work", cpu.cpu);
        if (cpu.registers->idt.base != boot->registers->idt.base)
            return no("CPU {} does not use the kernel's IDT", cpu.cpu);
        if (Finding bits = has_a_starts_bits(cpu); !bits.holds())
            return bits;
        if (!protects(cpu))
            return no("CPU {} is at work without CR0.WP or EFER.NXE", cpu.cpu);
        if (cpu.registers->control.cr3 != boot->registers->control.cr3)
            return no("CPU {} does not use the BSP's page tables", cpu.cpu);
        if (!gs_bases.insert(cpu.registers->gs.base).second || cpu.registers->gs.base == 0)
            return no("CPU {} has no GS base of its own", cpu.cpu);
        return yes();
    });
    return up.holds() ? low_map_gone(fact, evidence) : up;
}

Finding commands_right(const lab::Fact&, const Evidence& evidence) {
    const auto flaws = command_flaws(evidence);
    if (!flaws)
        return not_told("the engine could not read what the BSP sent");
    if (const auto& [first, count] = *evidence.sent; count > first.size())
        return no("{} commands were sent, and the kernel keeps {}", count, first.size());
    // What lay at 0x8000 meanwhile is another fact's business.
    const auto found = std::ranges::find_if(*flaws, [](const CommandFlaw& flaw) {
        return flaw.kind != CommandFlaw::Kind::page_late &&
               flaw.kind != CommandFlaw::Kind::message_late;
    });
    if (found != flaws->end())
        return no(found->kind == CommandFlaw::Kind::nothing_sent &&
                          evidence::started(evidence.cpus[found->cpu])
                      ? fmt::format("CPU {} came up, and no command for it is noted", found->cpu)
                      : describe(*found));
    if (!in_turn(evidence))
        return no("by the notes an AP was sent a command after the next one's start had begun");
    const auto otherwise = seen_otherwise(evidence);
    return otherwise ? no(*otherwise) : yes();
}

}  // namespace judgement
