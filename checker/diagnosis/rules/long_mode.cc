#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "checker/diagnosis/exhibits_tables.h"
#include "checker/diagnosis/rules/rules.h"

namespace diagnosis::rules {

namespace {

using Register = judgement::ControlFlag::Register;
using x86::ExceptionVector;

std::uint64_t cr3(const evidence::Registers* registers) {
    return registers->control.cr3;
}

// Stopped in the 32-bit half, on the way to long mode.
bool before_long_mode(const Scene& scene) {
    return scene.registers() && scene.reached('p') && !scene.reached('R');
}

// At an instruction that can load CS: nothing else goes to another segment.
bool refused_to_jump(const Scene& scene) {
    if (!scene.protection_fault_in_trampoline())
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

struct Enabled {
    bool pae, lme, pg;
};

Enabled enabled(const Scene& scene) {
    const x86::ControlState& control = scene.registers()->control;
    return {control.cr4.has(x86::cr4::pae), control.efer.has(x86::efer::lme),
            control.cr0.has(x86::cr0::pg)};
}

std::optional<Explanation> cr3_missing(const Scene& scene) {
    if (!scene.lost_the_trampoline() || cr3(scene.registers()) != 0)
        return {};
    return Explanation{
        fmt::format("CPU {} turned paging on with CR3 still 0.", scene.cpu->cpu),
        "The walk then reads the BIOS's interrupt vector table at address 0 as a PML4.",
        "Load CR3 from the mailbox before CR0.PG is set.",
        {Register::cr0, Register::cr4}};
}

std::optional<Explanation> cr3_truncated(const Scene& scene) {
    if (!scene.lost_the_trampoline() || cr3(scene.registers()) == cr3(scene.bsp_registers()) ||
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
    if (!scene.lost_the_trampoline() || cr3(scene.registers()) == cr3(scene.bsp_registers()))
        return {};
    return Explanation{
        fmt::format("CPU {} turned paging on with CR3 {:#x}; the BSP's is {:#x}.", scene.cpu->cpu,
                    cr3(scene.registers()), cr3(scene.bsp_registers())),
        "At that address lie no page tables that map the trampoline, so the next fetch fails.",
        "Load CR3 with the value in the mailbox.",
        {}};
}

std::optional<Explanation> identity_map_missing(const Scene& scene) {
    if (!scene.lost_the_trampoline() || cr3(scene.registers()) != cr3(scene.bsp_registers()) ||
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
    if (!before_long_mode(scene) || enabled(scene).pae || faulted_for_itself(scene))
        return {};
    const bool in_paging = enabled(scene).pg;
    const bool tried = in_paging || refused_to_jump(scene) ||
                       scene.raised_at(ExceptionVector::general_protection, "mov cr0");
    if (!tried || (!enabled(scene).lme && !in_paging))
        return {};
    return Explanation{
        in_paging ? fmt::format("CPU {} turned paging on without CR4.PAE{}.", scene.cpu->cpu,
                                enabled(scene).lme ? "" : ", and without EFER.LME")
                  : fmt::format("CPU {} went for long mode without CR4.PAE.", scene.cpu->cpu),
        in_paging && !enabled(scene).lme
            ? "That is 32-bit paging with two levels: it takes the 8-byte entries of the PML4 for "
              "pairs of 4-byte ones, and the next instruction is mapped to nowhere."
            : "With EFER.LME set, paging needs PAE: the processor refuses the write of CR0.PG with "
              "#GP. "
              "QEMU drops the write without a word, and the CPU runs on with paging off.",
        "Set CR4.PAE before CR0.PG.",
        {Register::cr0, Register::cr4, Register::efer}};
}

std::optional<Explanation> long_mode_missing(const Scene& scene) {
    if (!before_long_mode(scene) || !refused_to_jump(scene) || scene.selector_error().raw != 0 ||
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

}  // namespace

std::span<const Rule> long_mode_rules() {
    static constexpr auto all = std::to_array<Rule>({
        {"cr3-missing", 4, cr3_missing},
        {"cr3-truncated", 4, cr3_truncated},
        {"cr3-wrong", 4, cr3_wrong},
        {"identity-map-missing", 1, identity_map_missing},
        {"pae-missing", 4, pae_missing},
        {"long-mode-missing", 4, long_mode_missing},
        {"lme-missing", 4, lme_missing},
        {"paging-missing", 4, paging_missing},
    });
    return all;
}

}  // namespace diagnosis::rules
