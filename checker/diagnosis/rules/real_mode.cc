// Lab 3, the AP's half: from 16-bit code to 32-bit code.
#include <fmt/format.h>

#include "checker/diagnosis/cpus.h"
#include "checker/diagnosis/operand.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/diagnosis/seam_code.h"
#include "checker/diagnosis/tables.h"
#include "checker/evidence/questions.h"

namespace diagnosis::rules {

namespace {

// The AP of the scene, before letter p.
const Registers* before_protected_mode(const Scene& scene) {
    return scene.cpu && scene.cpu->cpu != 0 && !scene.reached('p') ? scene.registers() : nullptr;
}

// #GP for a selector, at a jump or return in the trampoline.
std::optional<x86::SelectorErrorCode> refused_selector(const Scene& scene) {
    if (!scene.protection_fault_in_trampoline() || !scene.oldest->error)
        return {};
    const x86::SelectorErrorCode error{*scene.oldest->error};
    return error.idt() || error.ti() || error.raw == 0 ? std::nullopt : std::optional{error};
}

bool holds(const evidence::TableRegister& table, x86::TablePointer32 pointer) {
    return table.base == pointer.base && table.limit == pointer.limit;
}

// Why the GDTR is not what it should be, as far as the registers show.
std::string what_lgdt_did(const Registers& registers, const trampoline::Tables& tables) {
    if (holds(registers.gdt, tables.gdt64_pointer))
        return "That is the 64-bit table: LGDT read gdt64_pointer.";
    if (holds(registers.idt, tables.gdt32_pointer))
        return "The IDTR holds it: the instruction was LIDT.";
    if (registers.ds.base != 0)
        return fmt::format("DS begins at {:#x}, so what is read through it lies that much higher.",
                           registers.ds.base);
    if (registers.gdt.base == 0 && registers.gdt.limit == 0xffff)
        return "GDTR is as INIT leaves it.";
    if (registers.gdt.base == 0 && registers.gdt.limit == 0)
        return "LGDT read zeros, such as the null descriptor is, with which the table itself "
               "begins: what it wants is the address of the pointer.";
    return "LGDT read its six bytes from somewhere else.";
}

// The far jump of real_mode.asm loaded the right segment, and led elsewhere.
std::optional<Explanation> jumped_elsewhere(const Scene& scene) {
    const auto late = scene.judges(labs::trampoline) ? starting_ap(scene) : std::nullopt;
    if (!late || evidence::reached(*late->cpu, 'p') || !late->registers->cs.size_32 ||
        !late->registers->control.cr0.has(x86::cr0::pe) ||
        late->registers->control.cr0.has(x86::cr0::pg))
        return {};
    const std::uint64_t at = guest::linear_rip(*late->registers);
    if (late->where->file.ends_with("real_mode.asm"))
        return about(*late->cpu,
                     "is in 32-bit code in real_mode.asm, at line {}, and not in `protected_mode`.",
                     late->where->line);
    if (in_trampoline(at))
        return {};
    return Explanation{
        .cause = fmt::format("CPU {} is in 32-bit code, but at {:#x}, outside the trampoline.",
                             late->cpu->cpu, at),
        .detail = jump_beside_the_page(scene, "real_mode.asm", *late->registers),
        .cpu = late->cpu->cpu};
}

std::optional<Explanation> gdt_not_loaded(const Scene& scene) {
    const Registers* registers = before_protected_mode(scene);
    const auto tables = tables_found(scene);
    if (!registers || !tables || table_flaw(scene) || tables->gdt32[1].raw == 0 ||
        !scene.refused_to_jump() || !registers->control.cr0.has(x86::cr0::pe) ||
        scene.selector_error().idt() || scene.selector_error().ti())
        return {};
    const TableInPage table = gdt32(*tables);
    const std::uint32_t base = table.pointer.base;
    if (registers->gdt.base == base && registers->gdt.limit == table.pointer.limit)
        return {};
    return Explanation{
        .cause = fmt::format("CPU {} jumped with GDTR {:#x}, limit {:#x}, and gdt32_pointer says "
                             "{:#x}, limit {:#x}.",
                             scene.cpu->cpu, registers->gdt.base, registers->gdt.limit, base,
                             std::uint16_t{table.pointer.limit}),
        .detail = what_lgdt_did(*registers, *tables),
        .advice =
            registers->ds.base != 0 ? "Zero DS first, then load gdt32_pointer with LGDT." : "",
        .exhibits = {pointer_exhibit(table, scene.cpu)}};
}

std::optional<Explanation> protected_mode_skipped(const Scene& scene) {
    // Letters of later stages, and not that of protected_mode.asm.
    const Cpu* cpu = first_ap(scene, [](const Cpu& one) {
        return !evidence::reached(one, 'p') &&
               (evidence::reached(one, 'a') || evidence::reached(one, 'l'));
    });
    if (!scene.judges(labs::trampoline) || !cpu)
        return {};
    return Explanation{
        .cause =
            fmt::format("CPU {} left '{}' and never 'p': it did not come through `protected_mode`.",
                        cpu->cpu, evidence::reached(*cpu, 'a') ? 'a' : 'l'),
        .cpu = cpu->cpu};
}

std::optional<Explanation> wrong_selector(const Scene& scene) {
    const auto tables = tables_found(scene);
    if (!before_protected_mode(scene) || !tables || table_flaw(scene) ||
        !scene.protection_fault_in_trampoline() ||
        !scene.oldest->where.instruction.starts_with("jmp"))
        return {};
    const std::uint64_t base = scene.registers()->gdt.base;
    if (base != gdt32(*tables).address)
        return {};
    // A jump through memory does not say its selector, and #GP leaves its lowest bits out.
    auto selector = selector_in(scene.oldest->where.instruction);
    if (const auto error = refused_selector(scene); !selector && error)
        selector = static_cast<std::uint16_t>(error->raw & ~7u);
    if (!selector || *selector == trampoline::code_selector.raw)
        return {};
    return about(*scene.cpu, "jumped with selector {:#x}: {}.", *selector, what_it_is(*selector));
}

std::optional<Explanation> paging_too_early(const Scene& scene) {
    const Registers* registers = before_protected_mode(scene);
    if (!scene.judges(labs::trampoline) || !registers ||
        !registers->control.cr0.has(x86::cr0::pg) || in_long_mode(*registers) ||
        (scene.oldest && !scene.in_seam(scene.oldest->where)))
        return {};
    return Explanation{.cause = fmt::format("CPU {} turned paging on before protected mode's code.",
                                            scene.cpu->cpu),
                       .detail = fmt::format("Here CR3 is {:#x}.", registers->control.cr3),
                       .compare = {Register::cr0, Register::cr4}};
}

std::optional<Explanation> cs_not_reloaded(const Scene& scene) {
    const Registers* registers = before_protected_mode(scene);
    if (!registers || !registers->control.cr0.has(x86::cr0::pe) ||
        registers->control.cr0.has(x86::cr0::pg) || registers->cs.size_32 ||
        registers->cs.base != trampoline::page_address ||
        (scene.oldest && scene.oldest->where.file.ends_with("real_mode.asm")))
        return {};
    return Explanation{
        .cause = fmt::format("CPU {} set CR0.PE, and its CS is still that of real mode.",
                             scene.cpu->cpu),
        .detail = fmt::format("Here CS is still {:#06x}, with base {:#x}.", registers->cs.selector,
                              registers->cs.base),
        .compare = {Register::cr0}};
}

std::optional<Explanation> protected_mode_missing(const Scene& scene) {
    const auto tables = tables_found(scene);
    if (!scene.judges(labs::trampoline) || !tables)
        return {};
    const TableInPage table = gdt32(*tables);
    const std::uint32_t base = table.pointer.base;
    const Cpu* lost = first_cpu(scene, [&](const Cpu& cpu) {
        return cpu.cpu != 0 && cpu.registers && !cpu.registers->control.cr0.has(x86::cr0::pe) &&
               cpu.registers->gdt.base == base && !scene.in_seam(cpu.where);
    });
    if (base != table.address || !lost)
        return {};
    const auto write = next_with(scene, "real_mode.asm", "mov cr0");
    // What INIT leaves; a write that the processor took has changed something of that.
    constexpr x86::Cr0 after_init = x86::cr0::cd | x86::cr0::nw | x86::cr0::et;
    const x86::Cr0 cr0 = lost->registers->control.cr0;
    if (write && cr0 == after_init && in_firmware(*lost))
        return Explanation{
            .cause =
                fmt::format("CPU {} loaded its GDT and came to the firmware, with CR0.PE still "
                            "0: line {} writes CR0.",
                            lost->cpu, write->line),
            .detail =
                "A value that the processor refuses is #GP there, and real mode's vector for "
                "that leads to the firmware: NW without CD, or PG without PE.",
            .advice =
                "Look at the value that this line writes: OR PE into what was read, and "
                "change no other bit.",
            .compare = {Register::cr0},
            .cpu = lost->cpu};
    return Explanation{
        .cause = fmt::format(
            "CPU {} has loaded its GDT and left real_mode.asm, with CR0.PE still 0.", lost->cpu),
        .detail = std::string{left_by_a_stage(cr0)},
        .advice = cr0 == (after_init | x86::cr0::mp)
                      ? "What was set is bit 1, MP: PE is bit 0. BTS wants a bit's number, and "
                        "`cr0_pe`, 1, is a mask, for OR."
                      : "",
        .compare = {Register::cr0},
        .cpu = lost->cpu};
}

std::optional<Explanation> ap_sleeps(const Scene& scene) {
    const Cpu* asleep = first_cpu(scene, [&](const Cpu& cpu) {
        return cpu.cpu != 0 && halted_for_good(cpu) && !evidence::started(cpu) &&
               scene.in_seam(cpu.where);
    });
    if (!asleep || scene.oldest)
        return {};
    return about(*asleep, "was started, and halted in your own code.");
}

}  // namespace

const RuleList real_mode_rules{
    {"far-jump-astray", jumped_elsewhere},
    {"gdt-not-loaded", gdt_not_loaded},
    {"protected-mode-skipped", protected_mode_skipped},
    {"wrong-selector", wrong_selector},
    {"paging-too-early", paging_too_early},
    {"protected-mode-missing", protected_mode_missing},
    {"ap-sleeps", ap_sleeps},
    {"cs-not-reloaded", cs_not_reloaded},
};

}  // namespace diagnosis::rules
