// What is not done yet: the first step of the way that the state shows undone, of an AP that ran
// past the end of what is there, stopped in the middle of it, or jumped too early.
#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>

#include "checker/diagnosis/cpus.h"
#include "checker/diagnosis/operand.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/diagnosis/seam_code.h"
#include "checker/diagnosis/way.h"
#include "checker/evidence/words.h"
#include "checker/guest/code.h"

namespace diagnosis::rules {

namespace {

// The AP that was being started when the run ended, or was given up; with the registers that its
// first exception found, and where.
struct Late {
    const Cpu* cpu = nullptr;
    const Registers* registers = nullptr;
    const Location* where = nullptr;
};

std::optional<Late> late_ap(const Scene& scene) {
    const Cpu* cpu = ap_being_started(scene);
    if (!cpu || !cpu->registers || cpu->arrival || still_waits(scene, *cpu) ||
        (scene.cpu && scene.cpu != cpu))
        return {};
    const bool own = scene.cpu == cpu && scene.registers();
    const Exception* oldest = evidence::oldest_exception(*cpu);
    return Late{cpu, own ? scene.registers() : &*cpu->registers,
                oldest ? &oldest->where : &cpu->where};
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
bool ran_past_the_end(const Scene& scene, const Late& late) {
    const bool was_there = evidence::reached(*late.cpu, 'p') || sipi_was_right(scene, *late.cpu);
    return !scene.in_seam(*late.where) && was_there && falls_off(scene, file_of(*late.cpu));
}

// In its own code, halted for good or in a loop without a way out.
bool stopped_there(const Scene& scene, const Late& late) {
    const Cpu& cpu = *late.cpu;
    return !scene.oldest && scene.in_seam(cpu.where) && evidence::reached(cpu, 'p') &&
           (halted_for_good(cpu) || (cpu.loop && cpu.loop->endless));
}

// At the starter's far jump, or at one's own, with nothing that paging needs or a part of it.
bool jumped_too_early(const Scene& scene, const Late& late) {
    const x86::ControlState& control = late.registers->control;
    const bool begun = control.cr4.has(x86::cr4::pae) || control.cr3 != 0;
    return scene.oldest && scene.protection_fault_in_trampoline() && scene.reached('p') &&
           scene.in_seam(scene.oldest->where) && scene.selector_error().raw == 0 &&
           scene.oldest->where.instruction.starts_with("jmp") && begun &&
           !control.cr0.has(x86::cr0::pg) && !control.efer.has(x86::efer::lme);
}

// In the HLT loop that ends the file, as a starter's does: behind the far jump of lab 4, or behind
// the stage of lab 3. Before these a halt is somebody's own.
bool waits_at_the_end(const Scene& scene, const Late& late) {
    const Cpu& cpu = *late.cpu;
    const bool far_enough =
        evidence::reached(cpu, 'p') ? late.registers->cs.long_mode : evidence::reached(cpu, 'r');
    return !scene.oldest && far_enough && parked_at_the_end(scene, cpu, file_of(cpu)) &&
           !(late.registers->cs.long_mode && branch_leads_here(scene, cpu, "long_mode.asm"));
}

// In nobody's code, or in its own 64-bit code, and paging, which comes before both, is not on.
bool went_astray(const Scene& scene, const Late& late) {
    const auto read = misread(scene, *late.registers, "long_mode.asm");
    return evidence::reached(*late.cpu, 'l') && !late.registers->control.cr0.has(x86::cr0::pg) &&
           ((!in_trampoline(late.where->address) && late.where->symbol.empty()) ||
            (read && read->bits == 64));
}

std::string what_it_did(const Scene& scene, const Late& late) {
    if (waits_at_the_end(scene, late))
        return fmt::format("came to the HLT at the end of {}", file_of(*late.cpu));
    if (jumped_too_early(scene, late))
        return "jumped to 64-bit code";
    if (ran_past_the_end(scene, late))
        return fmt::format("ran past the end of {}", file_of(*late.cpu));
    return went_astray(scene, late) ? "went astray after stage 'l'" : "";
}

// `what` the AP did instead of its next step.
Explanation half_done(const Late& late, const MissingStep& step, std::string_view what,
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
std::string so_far(const Late& late, Step missing) {
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
    const auto late = late_ap(scene);
    const auto step = late ? first_missing(scene, *late->cpu, *late->registers) : std::nullopt;
    const std::string what = step && step->step == missing ? what_it_did(scene, *late) : "";
    if (what.empty())
        return {};
    return half_done(*late, *step, what, went_astray(scene, *late) ? "" : so_far(*late, missing));
}

// On purpose, it seems: to see how far it comes.
template <bool halted>
std::optional<Explanation> stopped_halfway(const Scene& scene) {
    const auto late = late_ap(scene);
    if (!late || !stopped_there(scene, *late) || late->registers->halted != halted ||
        late->cpu->trace.ends_with('R') || late->cpu->trace.ends_with('J'))
        return {};  // after R and J it may have refused its entry
    const auto step = first_missing(scene, *late->cpu, *late->registers);
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

// The far jump of real_mode.asm loaded the right segment, and led elsewhere.
std::optional<Explanation> jumped_elsewhere(const Scene& scene) {
    const auto late = scene.judges(labs::trampoline) ? late_ap(scene) : std::nullopt;
    if (!late || evidence::reached(*late->cpu, 'p') || !late->registers->cs.size_32 ||
        !late->registers->control.cr0.has(x86::cr0::pe) ||
        late->registers->control.cr0.has(x86::cr0::pg))
        return {};
    const std::uint64_t at = guest::linear_rip(*late->registers);
    if (late->where->file.ends_with("real_mode.asm"))
        return Explanation{
            .cause = fmt::format("CPU {} is in 32-bit code in real_mode.asm, at line {}, and not "
                                 "in `protected_mode`.",
                                 late->cpu->cpu, late->where->line),
            .cpu = late->cpu->cpu};
    if (in_trampoline(at))
        return {};
    return Explanation{
        .cause = fmt::format("CPU {} is in 32-bit code, but at {:#x}, outside the trampoline.",
                             late->cpu->cpu, at),
        .detail = jump_beside_the_page(scene, "real_mode.asm", *late->registers),
        .cpu = late->cpu->cpu};
}

// Not half done, but likewise seen from the code: its RET took another word than the CALL's.
std::optional<Explanation> stack_unbalanced(const Scene& scene) {
    const auto way = scene.judges(labs::nx_wp) ? unbalanced_way(scene) : std::nullopt;
    const auto late = way ? late_ap(scene) : std::nullopt;
    if (!late || evidence::reached(*late->cpu, 'l') || !evidence::reached(*late->cpu, 'a') ||
        scene.in_seam(*late->where))
        return {};
    return Explanation{
        .cause = fmt::format(
            "CPU {} went astray at the RET of match_bsp.asm{} {} more {} {} than {}.",
            late->cpu->cpu,
            way->branch ? fmt::format(": on the way on which line {} {},", way->branch->line,
                                      way->taken ? "jumps" : "does not jump")
                        : ", where",
            std::abs(way->words), std::abs(way->words) == 1 ? "is" : "are",
            way->words > 0 ? "pushed" : "popped", way->words > 0 ? "popped" : "pushed"),
        .cpu = late->cpu->cpu};
}

}  // namespace

std::span<const Rule> half_done_rules() {
    static constexpr auto all = std::to_array<Rule>({
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
        {"far-jump-astray", jumped_elsewhere},
        {"stack-unbalanced", stack_unbalanced},
    });
    return all;
}

}  // namespace diagnosis::rules
