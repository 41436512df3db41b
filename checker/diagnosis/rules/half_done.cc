// What is not done yet: the first step of the way that the state shows undone, of an AP that ran
// past the end of what is there, stopped in the middle of it, or jumped too early.
#include <algorithm>
#include <fmt/format.h>

#include "checker/diagnosis/cpus.h"
#include "checker/diagnosis/operand.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/diagnosis/seam_code.h"
#include "checker/evidence/words.h"
#include "checker/guest/code.h"
#include "trampoline/tables.h"

namespace diagnosis::rules {

namespace {

// The way of an AP, as steps each of which the machine's state shows done or undone; in their
// order.
enum class Step { gdt, protection, code_segment, pae, cr3, lme, paging, code_64, stack, entry };

struct MissingStep {
    Step step;
    std::string shown;  // what the state says: "CR4.PAE is still 0"
    std::string next;   // what to write, with what follows it: "CR4.PAE; ..."
};

// From the SIPI to protected_mode.
std::optional<MissingStep> missing_in_16_bit_code(const Scene& scene, const StartingAp& ap) {
    const Registers& registers = *ap.registers;
    if (!registers.control.cr0.has(x86::cr0::pe)) {
        const bool loaded =
            scene.page &&
            registers.gdt.base == evidence::tables_in_image(*scene.page).gdt32_pointer.base;
        if (!loaded)
            return MissingStep{Step::gdt, "its GDT is not loaded, and CR0.PE is still 0",
                               evidence::reached(*ap.cpu, 'r')
                                   ? "LGDT, CR0.PE, the far jump"
                                   : "the segments and stage 'r', LGDT, CR0.PE, the far jump"};
        return MissingStep{Step::protection, "its GDT is loaded, and CR0.PE is still 0",
                           "CR0.PE, and the far jump to `protected_mode`"};
    }
    if (!registers.cs.size_32)
        return MissingStep{Step::code_segment,
                           "CR0.PE is set, and CS is still that of real mode, 16-bit code",
                           "the far jump to `protected_mode`, with a 32-bit offset"};
    return {};
}

// Before CR0.PG. The first three can be done in any order; this is the handout's.
MissingStep missing_before_paging(const Scene& scene, const StartingAp& ap) {
    const x86::ControlState& control = ap.registers->control;
    if (!control.cr4.has(x86::cr4::pae))
        return {Step::pae, "CR4.PAE is still 0",
                "CR4.PAE; CR3 and EFER.LME, too, come before CR0.PG"};
    if (scene.bsp_registers() && control.cr3 != scene.bsp_registers()->control.cr3)
        return {Step::cr3, fmt::format("CR3 is {:#x}, not the BSP's", control.cr3),
                evidence::reached(*ap.cpu, 'a') ? "CR3 from the mailbox"
                                                : "CR3 from the mailbox, and stage 'a'"};
    if (!control.efer.has(x86::efer::lme))
        return {Step::lme, "EFER.LME is still 0",
                evidence::reached(*ap.cpu, 'l')
                    ? "EFER.LME by RDMSR and WRMSR"
                    : "EFER.LME by RDMSR and WRMSR, lab 5's half, stage 'l'"};
    return {Step::paging, "CR0.PG is still 0",
            evidence::reached(*ap.cpu, 'l')
                ? "CR0.PG, and the far jump"
                : "lab 5's half and stage 'l', then CR0.PG and the far jump"};
}

bool on_its_stack(const Scene& scene, const Registers& registers) {
    constexpr std::uint64_t slack = 0x1000;
    const std::uint64_t top = scene.page ? evidence::mailbox_in(*scene.page).stack_top : 0;
    return top != 0 && registers.rsp <= top + slack && registers.rsp + slack > top;
}

// From the far jump to C++.
MissingStep missing_in_64_bit_code(const Scene& scene, const StartingAp& ap) {
    const Registers& registers = *ap.registers;
    if (!on_its_stack(scene, registers))
        return {
            Step::stack,
            fmt::format("it is in 64-bit code, and RSP is {:#x}, not its stack", registers.rsp),
            (registers.ss.selector == trampoline::data_selector.raw ? "" : "the data segments, ") +
                std::string{"RSP and the entry from the mailbox, stage 'R'"}};
    const auto reached = [&](char stage) { return evidence::reached(*ap.cpu, stage); };
    return {Step::entry, "it has its stack, and nothing calls its entry",
            reached('W')   ? "the call of the entry"
            : reached('J') ? "the mailbox in RDI, stage 'W', the call"
            : reached('R') ? "the check of the entry, stage 'J', the mailbox in RDI, stage 'W', "
                             "the call"
                           : "the entry from the mailbox, stage 'R', the check"};
}

// The first step that an AP which is still in the assembly of lab 3 or 4 has not done; nothing
// where that lab is not what can be wrong, and none is missing.
std::optional<MissingStep> first_missing(const Scene& scene, const StartingAp& ap) {
    const Registers& registers = *ap.registers;
    if (!evidence::reached(*ap.cpu, 'p'))
        return scene.judges(labs::trampoline) ? missing_in_16_bit_code(scene, ap) : std::nullopt;
    if (!scene.judges(labs::long_mode))
        return {};
    if (!registers.control.cr0.has(x86::cr0::pg))
        return missing_before_paging(scene, ap);
    if (!in_long_mode(registers))
        return {};  // some other paging: that has rules of its own
    if (registers.cs.long_mode)
        return missing_in_64_bit_code(scene, ap);
    return MissingStep{Step::code_64, "paging is on, and its code segment is still a 32-bit one",
                       "the far jump through `code_selector` into 64-bit code"};
}

bool sipi_was_right(const Scene& scene, const Cpu& cpu) {
    return scene.flaws &&
           std::ranges::none_of(*scene.flaws, [&](const judgement::CommandFlaw& flaw) {
               return flaw.cpu == cpu.cpu;
           });
}

// The student's file that it came to last.
std::string_view file_of(const Cpu& cpu) {
    return evidence::reached(cpu, 'p') ? "long_mode.asm" : "real_mode.asm";
}

// Past the end of code that ends in the middle, at no instruction with a reason of its own.
bool ran_past_the_end(const Scene& scene, const StartingAp& late) {
    const bool was_there = evidence::reached(*late.cpu, 'p') || sipi_was_right(scene, *late.cpu);
    return !scene.in_seam(*late.where) && was_there && falls_off(scene, file_of(*late.cpu));
}

// In its own code, halted for good or in a loop without a way out.
bool stopped_there(const Scene& scene, const StartingAp& late) {
    const Cpu& cpu = *late.cpu;
    return !scene.oldest && scene.in_seam(cpu.where) && evidence::reached(cpu, 'p') &&
           (halted_for_good(cpu) || (cpu.loop && cpu.loop->endless));
}

// At the starter's far jump, or at one's own, with nothing that paging needs or a part of it.
bool jumped_too_early(const Scene& scene, const StartingAp& late) {
    const x86::ControlState& control = late.registers->control;
    const bool begun = control.cr4.has(x86::cr4::pae) || control.cr3 != 0;
    return scene.oldest && scene.protection_fault_in_trampoline() && scene.reached('p') &&
           scene.in_seam(scene.oldest->where) && scene.selector_error().raw == 0 &&
           scene.oldest->where.instruction.starts_with("jmp") && begun &&
           !control.cr0.has(x86::cr0::pg) && !control.efer.has(x86::efer::lme);
}

// In the HLT loop that ends the file, as a starter's does: behind the far jump of lab 4, or behind
// the stage of lab 3. Before these a halt is somebody's own.
bool waits_at_the_end(const Scene& scene, const StartingAp& late) {
    const Cpu& cpu = *late.cpu;
    const bool far_enough =
        evidence::reached(cpu, 'p') ? late.registers->cs.long_mode : evidence::reached(cpu, 'r');
    return !scene.oldest && far_enough && parked_at_the_end(scene, cpu, file_of(cpu)) &&
           !(late.registers->cs.long_mode && branch_leads_here(scene, cpu, "long_mode.asm"));
}

// In nobody's code, or in its own 64-bit code, and paging, which comes before both, is not on.
bool went_astray(const Scene& scene, const StartingAp& late) {
    const auto read = misread(scene, *late.registers, "long_mode.asm");
    return evidence::reached(*late.cpu, 'l') && !late.registers->control.cr0.has(x86::cr0::pg) &&
           ((!in_trampoline(late.where->address) && late.where->symbol.empty()) ||
            (read && read->bits == 64));
}

std::string what_it_did(const Scene& scene, const StartingAp& late) {
    if (waits_at_the_end(scene, late))
        return fmt::format("came to the HLT at the end of {}", file_of(*late.cpu));
    if (jumped_too_early(scene, late))
        return "jumped to 64-bit code";
    if (ran_past_the_end(scene, late))
        return fmt::format("ran past the end of {}", file_of(*late.cpu));
    return went_astray(scene, late) ? "went astray after stage 'l'" : "";
}

// `what` the AP did instead of its next step.
Explanation half_done(const StartingAp& late, const MissingStep& step, std::string_view what,
                      std::string_view detail) {
    const bool in_32_bit_code = evidence::reached(*late.cpu, 'p');
    return {.cause = fmt::format("CPU {} {}: {}.", late.cpu->cpu, what, step.shown),
            .detail = std::string{detail},
            .advice = fmt::format("Next: {}.", step.next),
            .compare = in_32_bit_code ? std::vector{Register::cr0, Register::cr4, Register::efer}
                                      : std::vector{Register::cr0},
            .cpu = late.cpu->cpu};
}

// Of what is there already, where all of it is right.
std::string so_far(const StartingAp& late, Step missing) {
    const x86::ControlState& control = late.registers->control;
    if (missing == Step::cr3 && control.cr3 != 0)
        return fmt::format("CR3 has {:#x}, which is not the BSP's.", control.cr3);
    if (missing == Step::pae && control.cr4.has(x86::cr4::vme))
        return bit_0_instead(true, "VME", x86::cr4::pae.raw);
    if (missing == Step::lme && control.efer.has(x86::efer::sce))
        return bit_0_instead(true, "SCE", x86::efer::lme.raw);
    return evidence::beyond_a_start(control) == x86::ControlState{}
               ? "What stands there is a beginning, and right as far as it goes."
               : "";
}

template <Step missing>
std::optional<Explanation> undone(const Scene& scene) {
    const auto late = starting_ap(scene);
    const auto step = late ? first_missing(scene, *late) : std::nullopt;
    const std::string what = step && step->step == missing ? what_it_did(scene, *late) : "";
    if (what.empty())
        return {};
    return half_done(*late, *step, what, went_astray(scene, *late) ? "" : so_far(*late, missing));
}

// On purpose, it seems: to see how far it comes.
template <bool halted>
std::optional<Explanation> stopped_halfway(const Scene& scene) {
    const auto late = starting_ap(scene);
    if (!late || !stopped_there(scene, *late) || late->registers->halted != halted ||
        late->cpu->trace.ends_with('R') || late->cpu->trace.ends_with('J'))
        return {};  // after R and J it may have refused its entry
    const auto step = first_missing(scene, *late);
    if (!step)
        return {};
    auto found = half_done(
        *late, *step,
        fmt::format("{} in your own code, at {}", halted ? "halted" : "goes round in a loop",
                    lines_of(late->cpu->where)),
        halted ? "Interrupts are off, so none wakes it." : "");
    // For an error, then: what comes next may be there already, on the other way.
    if (const auto branch = branch_leads_here(scene, *late->cpu, file_of(*late->cpu)))
        found.advice = fmt::format(
            "Look at what line {} decides by: it is the jump that leads here.", branch->line.line);
    return found;
}

}  // namespace

const RuleList half_done_rules{
    {"gdt-not-loaded", undone<Step::gdt>},
    {"protected-mode-missing", undone<Step::protection>},
    {"cs-not-reloaded", undone<Step::code_segment>},
    {"pae-missing", undone<Step::pae>},
    {"cr3-missing", undone<Step::cr3>},
    {"lme-missing", undone<Step::lme>},
    {"paging-missing", undone<Step::paging>},
    {"cs-not-64-bit", undone<Step::code_64>},
    {"stack-missing", undone<Step::stack>},
    {"entry-not-called", undone<Step::entry>},
    {"halted-with-interrupts-off", stopped_halfway<true>},
    {"endless-loop", stopped_halfway<false>},
};

}  // namespace diagnosis::rules
