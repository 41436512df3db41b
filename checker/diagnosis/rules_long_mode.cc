#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "checker/diagnosis/exhibits_tables.h"
#include "checker/diagnosis/rules.h"

namespace diagnosis {

namespace {

using Register = judgement::ControlFlag::Register;
using x86::ExceptionVector;

// Died on the fetch after `mov cr0`: paging is on, and the page tables do not lead back to the
// trampoline.
bool lost_the_trampoline(const Scene& scene) {
    return scene.fetch_fault() && in_trampoline(scene.oldest->where.address) && scene.registers() &&
           scene.bsp_registers() && scene.registers()->control.cr0.has(x86::cr0::pg) &&
           scene.registers()->control.efer.has(x86::efer::lma) && !scene.registers()->cs.long_mode;
}

std::uint64_t cr3(const evidence::Registers* registers) {
    return registers->control.cr3;
}

// Stopped in the 32-bit half, on the way to long mode.
bool before_long_mode(const Scene& scene) {
    return scene.registers() && scene.reached('p') && !scene.reached('R');
}

bool protection_fault_in_trampoline(const Scene& scene) {
    return scene.raised(ExceptionVector::general_protection) &&
           in_trampoline(scene.oldest->where.address);
}

// In a loop without end, before its far jump for all that the trace tells.
bool may_stand_before_its_jump(const Scene& scene) {
    return !scene.oldest && scene.cpu->loop && scene.cpu->loop->endless && !scene.reached('R');
}

// At an instruction that can load CS: nothing else goes to another segment.
bool refused_to_jump(const Scene& scene) {
    if (!protection_fault_in_trampoline(scene))
        return false;
    const std::string_view text = scene.oldest->where.instruction;
    return text.starts_with("jmp") || text.starts_with("ret") || text.starts_with("iret") ||
           text.starts_with("call");
}

// At one that has its own reason to fault, whatever paging is like.
bool faulted_for_itself(const Scene& scene) {
    if (!scene.oldest)
        return false;
    const std::string_view text = scene.oldest->where.instruction;
    return std::ranges::any_of(
        std::to_array<std::string_view>({"ud2", "int", "div", "idiv", "rdmsr", "wrmsr", "mov cr4"}),
        [&](std::string_view own) { return text.starts_with(own); });
}

x86::SelectorErrorCode selector_error(const Scene& scene) {
    return {scene.oldest->error.value_or(0)};
}

struct Enabled {
    bool pae, lme, pg;
};

Enabled enabled(const Scene& scene) {
    const x86::ControlState& control = scene.registers()->control;
    return {control.cr4.has(x86::cr4::pae), control.efer.has(x86::efer::lme),
            control.cr0.has(x86::cr0::pg)};
}

}  // namespace

std::optional<Explanation> cr3_missing(const Scene& scene) {
    if (!lost_the_trampoline(scene) || cr3(scene.registers()) != 0)
        return {};
    return Explanation{
        fmt::format("CPU {} turned paging on with CR3 still 0.", scene.cpu->cpu),
        "The walk then reads the BIOS's interrupt vector table at address 0 as a PML4.",
        "Load CR3 from the mailbox before CR0.PG is set.",
        {Register::cr0, Register::cr4}};
}

std::optional<Explanation> cr3_truncated(const Scene& scene) {
    if (!lost_the_trampoline(scene) || cr3(scene.registers()) == cr3(scene.bsp_registers()) ||
        cr3(scene.registers()) != (cr3(scene.bsp_registers()) & low_32_bits))
        return {};
    return Explanation{
        fmt::format("CPU {} has only the low 32 bits of the BSP's CR3.", scene.cpu->cpu),
        "A 32-bit MOV loads 32 bits of CR3, however many registers stand ready, so a PML4 above "
        "4 GiB cannot be loaded before long mode.",
        "Keep the PML4 below 4 GiB.",
        {}};
}

std::optional<Explanation> cr3_wrong(const Scene& scene) {
    if (!lost_the_trampoline(scene) || cr3(scene.registers()) == cr3(scene.bsp_registers()))
        return {};
    return Explanation{
        fmt::format("CPU {} turned paging on with CR3 {:#x}; the BSP's is {:#x}.", scene.cpu->cpu,
                    cr3(scene.registers()), cr3(scene.bsp_registers())),
        "At that address lie no page tables that map the trampoline, so the next fetch fails.",
        "Load CR3 with the value in the mailbox.",
        {}};
}

std::optional<Explanation> identity_map_missing(const Scene& scene) {
    if (!lost_the_trampoline(scene) || cr3(scene.registers()) != cr3(scene.bsp_registers()) ||
        (scene.walk() && scene.walk()->outcome != x86::WalkOutcome::not_present))
        return {};
    return Explanation{
        fmt::format("CPU {} turned paging on, and its own next instruction is not mapped.",
                    scene.cpu->cpu),
        "The trampoline runs at physical 0x8000. With paging on, that is a virtual address like "
        "any "
        "other: unless the tables map it to itself, the fetch after `mov cr0` fails.",
        "Map 0..0x1fffff to itself while APs start, present, writable and executable.",
        {}};
}

std::optional<Explanation> pae_missing(const Scene& scene) {
    if (!before_long_mode(scene) || enabled(scene).pae || !enabled(scene).lme ||
        faulted_for_itself(scene))
        return {};
    return Explanation{
        fmt::format("CPU {} went for long mode without CR4.PAE.", scene.cpu->cpu),
        "With EFER.LME set, paging needs PAE: the processor refuses the write of CR0.PG with #GP. "
        "QEMU drops the write without a word, and the CPU runs on with paging off.",
        "Set CR4.PAE before CR0.PG.",
        {Register::cr0, Register::cr4, Register::efer}};
}

std::optional<Explanation> long_mode_missing(const Scene& scene) {
    if (!before_long_mode(scene) || !refused_to_jump(scene) || selector_error(scene).raw != 0 ||
        enabled(scene).pae || enabled(scene).lme || enabled(scene).pg)
        return {};
    return Explanation{fmt::format("CPU {} jumped to 64-bit code without having entered long mode.",
                                   scene.cpu->cpu),
                       "PAE, LME and PG are all off. Outside long mode the 64-bit descriptor is an "
                       "ordinary segment, and its limit is 0: a jump into it goes past its end, "
                       "which is #GP.",
                       "Go through the steps: CR4.PAE, CR3, EFER.LME, CR0.PG, then the far jump.",
                       {Register::cr0, Register::cr4, Register::efer}};
}

std::optional<Explanation> lme_missing(const Scene& scene) {
    if (!before_long_mode(scene) || !enabled(scene).pae || enabled(scene).lme ||
        faulted_for_itself(scene))
        return {};
    const bool at_cr0 = scene.raised_at(ExceptionVector::general_protection, "mov cr0");
    if (!enabled(scene).pg && !at_cr0)
        return {};
    return Explanation{
        fmt::format("CPU {} turned paging on without EFER.LME.", scene.cpu->cpu),
        "PAE paging without LME is 32-bit paging with three levels: CR3 then names four PDPTEs, "
        "and the tables of long mode make no sense as such.",
        "Set EFER.LME before CR0.PG.",
        {Register::cr0, Register::efer}};
}

std::optional<Explanation> paging_missing(const Scene& scene) {
    if (!before_long_mode(scene) || !refused_to_jump(scene) || !enabled(scene).pae ||
        !enabled(scene).lme || enabled(scene).pg)
        return {};
    return Explanation{
        fmt::format("CPU {} jumped to 64-bit code with paging still off.", scene.cpu->cpu),
        "EFER.LME only permits long mode; it becomes active when CR0.PG is set.",
        "Set CR0.PG after EFER.LME and before the far jump.",
        {Register::cr0, Register::efer}};
}

std::optional<Explanation> gdt_entry_missing(const Scene& scene) {
    if (!protection_fault_in_trampoline(scene) || selector_error(scene).raw == 0 ||
        selector_error(scene).idt() || selector_error(scene).ti() ||
        scene.oldest->where.instruction.starts_with("iret"))  // its selector lay on the stack
        return {};
    Explanation explanation{
        fmt::format(
            "CPU {} loaded selector {:#x}, and entry {} of its GDT is not what it has to be.",
            scene.cpu->cpu, selector_error(scene).raw & ~7u, selector_error(scene).index()),
        "#GP with a selector as its error code means that descriptor: null, beyond the limit, or "
        "of "
        "the wrong kind.",
        "Check the descriptor, and limit and base of the table's pointer.",
        {}};
    const auto tables = tables_found(scene);
    if (const auto flaw = table_flaw(scene, tables)) {
        explanation.exhibits = exhibits(*flaw, scene.cpu);
        explanation.exhibits.push_back(pointer_exhibit(flaw->table, scene.cpu));
    }
    return explanation;
}

std::optional<Explanation> cs_not_64_bit(const Scene& scene) {
    if (!scene.registers() || scene.registers()->cs.long_mode ||
        !scene.registers()->control.efer.has(x86::efer::lma) || lost_the_trampoline(scene) ||
        may_stand_before_its_jump(scene))
        return {};
    return Explanation{
        fmt::format("CPU {} is in long mode, but its code segment is not a 64-bit one.",
                    scene.cpu->cpu),
        "A CS without L keeps the CPU in 32-bit compatibility mode: it reads 64-bit code as "
        "32-bit instructions.",
        "Make the far jump go to a code descriptor with L = 1 and D = 0.",
        {Register::efer}};
}

}  // namespace diagnosis
