#include <algorithm>
#include <fmt/format.h>

#include "checker/diagnosis/cpus.h"
#include "checker/diagnosis/operand.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/diagnosis/seam_code.h"
#include "checker/evidence/questions.h"
#include "checker/process/output.h"
#include "x86/page.h"

namespace diagnosis::rules {

namespace {

using x86::PageEntry;

bool nxe(const Registers& registers) {
    return registers.control.efer.has(x86::efer::nxe);
}

// A reserved bit stopped the CPU, NXE is clear, and nothing says that it was another bit.
bool stopped_by_bit_63(const Scene& scene) {
    if (!scene.page_fault_with(x86::page_fault::rsvd) || !scene.registers() ||
        nxe(*scene.registers()))
        return false;
    const x86::PageWalk* walk = scene.walk();
    if (!walk)  // then at least it walked the kernel's own tables
        return scene.bsp_registers() &&
               scene.bsp_registers()->control.cr3 == scene.registers()->control.cr3;
    return walk->outcome == x86::WalkOutcome::reserved_bit &&
           walk->reserved_bits == PageEntry::no_execute_bit;
}

// An AP that came as far as 64-bit C++ while the BSP's bit was not carried over. Only where no CPU
// faulted: there the fault is the story.
const Cpu* ap_without(const Scene& scene, const judgement::ControlFlag& flag) {
    using enum evidence::End;
    const bool came_to_an_end = scene.evidence.end == powered_off || scene.evidence.end == panicked;
    if (scene.outcome != judgement::Outcome::not_yet || !came_to_an_end || !scene.bsp_registers() ||
        !flag.set_in(scene.bsp_registers()->control))
        return nullptr;
    return first_ap(scene, [&](const Cpu& cpu) {
        return cpu.registers && evidence::reached(cpu, '4') && !flag.set_in(cpu.registers->control);
    });
}

// What is to be said where the same code has given this bit to every AP before this one.
Explanation unless_given_before(const Scene& scene, const Cpu& cpu, std::string_view name,
                                Explanation otherwise) {
    const auto flag = judgement::control_flag(name);
    if (cpu.cpu < 2 || !std::ranges::all_of(scene.evidence.cpus, [&](const Cpu& one) {
            return one.cpu == 0 || one.cpu >= cpu.cpu ||
                   (one.registers && evidence::reached(one, '4') &&
                    flag->set_in(one.registers->control));
        }))
        return otherwise;
    otherwise.cause.back() = ',';
    otherwise.cause += " and the APs before it have it.";
    otherwise.detail =
        "They came by the same code, which does not do the same for each. CR0 and "
        "EFER are each CPU's own; a `static` or global variable is all CPUs'.";
    otherwise.advice = "Take the bits over on every CPU, whatever was done on another one.";
    return otherwise;
}

std::optional<Explanation> nxe_too_late(const Scene& scene) {
    if (!stopped_by_bit_63(scene) || !scene.in_seam(scene.oldest->where))
        return {};
    return Explanation{
        .cause =
            fmt::format("CPU {} touched a no-execute page in your own code, while EFER.NXE was 0.",
                        scene.cpu->cpu),
        .compare = {Register::efer}};
}

// It came into C++ with the bit, and has lost it since.
std::optional<Explanation> nxe_lost(const Scene& scene) {
    const Cpu* cpu = stopped_by_bit_63(scene)
                         ? scene.cpu
                         : ap_without(scene, *judgement::control_flag("efer.nxe"));
    if (!cpu || !cpu->arrival || !nxe(cpu->arrival->registers))
        return {};
    return Explanation{
        .cause = fmt::format("CPU {} came into C++ with EFER.NXE 1, and lost it there.", cpu->cpu),
        .detail = cpu->registers && is_sum_with_nxe(cpu->registers->control.efer,
                                                    cpu->arrival->registers.control.efer)
                      ? std::string{sum_with_nxe}
                      : "",
        .compare = {Register::efer},
        .cpu = cpu->cpu};
}

// What long_mode.asm has done about the other lab's half, by its code.
std::string half_not_in_force(const Scene& scene) {
    const auto call = leads_into_match_bsp(scene, guest::Flow::call);
    if (!call)
        return "long_mode.asm has not called match_bsp_in_trampoline";
    const auto write = next_with(scene, "long_mode.asm", "wrmsr", *call);
    return write ? fmt::format(
                       "line {} of long_mode.asm writes an MSR after line {} has called "
                       "match_bsp_in_trampoline",
                       write->line, call->line)
                 : fmt::format(
                       "line {} of long_mode.asm calls match_bsp_in_trampoline, and NXE is not set",
                       call->line);
}

struct Missed {
    std::string detail;
    std::string advice;
};

// A mask where a bit's number was wanted, as the bit shows that it set, or the code; or a jump that
// asks for another flag than it means.
Missed how_it_was_missed(const Scene& scene, const Registers& registers) {
    const std::string bit_0 =
        bit_0_instead(registers.control.efer.has(x86::efer::sce), "SCE", x86::efer::nxe.raw);
    if (const std::string mask = mask_as_bit_number(scene); !mask.empty())
        return {bit_0.empty() ? mask : bit_0,
                "Use the number, of NXE 11, or AND and OR with the mask."};
    if (const std::string jump = jump_by_another_flag(scene); !jump.empty())
        return {bit_0.empty() ? jump : bit_0,
                "After BT and its kin jump by CF: JC, JNC. After TEST by ZF: JZ, JNZ."};
    if (const auto line = next_with(scene, "match_bsp.asm", "cpuid"); line && bit_0.empty())
        return {
            fmt::format("Line {} executes CPUID, which changes EAX, EBX, ECX and EDX.", line->line),
            "Keep nothing in those four registers over CPUID: read the BSP's bit, and load "
            "ECX, behind it."};
    return {bit_0, ""};
}

// Nothing faulted: C++ has set it, before the first NX page. In paging it came too late by then.
std::optional<Explanation> nxe_not_in_trampoline(const Scene& scene) {
    const bool of_long_mode = scene.lab.number == labs::long_mode;
    if ((!scene.judges(labs::nx_wp) && !of_long_mode) || scene.oldest ||
        scene.outcome != judgement::Outcome::not_yet || !scene.bsp_registers() ||
        !nxe(*scene.bsp_registers()))
        return {};
    const Cpu* cpu =
        first_ap(scene, [](const Cpu& one) { return one.arrival && !nxe(one.arrival->registers); });
    if (!cpu)
        return {};
    const Missed missed = how_it_was_missed(scene, cpu->arrival->registers);
    return Explanation{
        .cause =
            fmt::format("CPU {} entered C++ with EFER.NXE 0: {}.", cpu->cpu,
                        of_long_mode ? half_not_in_force(scene) : "match_bsp.asm has not set it"),
        .detail = missed.detail,
        .advice = of_long_mode
                      ? "Call `match_bsp_in_trampoline` after LME is written and before paging; "
                        "what is written to EFER after it has to keep NXE."
                      : missed.advice,
        .compare = {Register::efer},
        .cpu = cpu->cpu,
        .on_arrival = true};
}

std::optional<Explanation> nxe_missing(const Scene& scene) {
    if (stopped_by_bit_63(scene) && scene.bsp_registers() && nxe(*scene.bsp_registers()))
        return unless_given_before(
            scene, *scene.cpu, "efer.nxe",
            {.cause = fmt::format("CPU {} used a page marked no-execute while its EFER.NXE was 0.",
                                  scene.cpu->cpu),
             .detail = how_it_was_missed(scene, *scene.registers()).detail,
             .compare = {Register::efer}});

    const Cpu* cpu = ap_without(scene, *judgement::control_flag("efer.nxe"));
    if (!cpu)
        return {};
    return unless_given_before(
        scene, *cpu, "efer.nxe",
        {.cause =
             fmt::format("CPU {} has EFER.NXE 0 after match_bsp(); the BSP has it 1.", cpu->cpu),
         .detail = "This CPU has met no such entry yet; the first one will stop it.",
         .compare = {Register::efer},
         .cpu = cpu->cpu});
}

std::optional<Explanation> wp_missing(const Scene& scene) {
    const Cpu* cpu = ap_without(scene, *judgement::control_flag("cr0.wp"));
    if (!cpu)
        return {};
    const bool one = cpu->registers->control.efer.has(x86::efer::sce) &&
                     !scene.bsp_registers()->control.efer.has(x86::efer::sce);
    return unless_given_before(
        scene, *cpu, "cr0.wp",
        {.cause = fmt::format("CPU {} has CR0.WP 0 after match_bsp(); the BSP has it 1.", cpu->cpu),
         .detail = one ? "In EFER it has set bit 0, SCE, and the BSP has not: so it is where 1, as "
                         "`has()` gives it, is taken for a mask. In CR0 bit 0 is PE."
                       : "",
         .compare = {Register::cr0, Register::efer},
         .cpu = cpu->cpu});
}

std::optional<Explanation> page_entry_garbage(const Scene& scene) {
    const x86::PageWalk* walk = scene.walk();
    if (!scene.page_fault_with(x86::page_fault::rsvd) || !walk ||
        walk->outcome != x86::WalkOutcome::reserved_bit ||
        walk->reserved_bits == PageEntry::no_execute_bit)
        return {};
    return about(*scene.cpu, "met a page entry with bit {} set, which is reserved.",
                 walk->reserved_bit());
}

// ap_entry64 has the mailbox's address in a register while match_bsp() runs, and reads its number
// from there afterwards.
std::optional<Explanation> registers_not_kept(const Scene& scene) {
    const auto number = process::number_after(scene.evidence.panic_text, "init_percpu: cpu ", 10);
    const Cpu* cpu = first_ap(scene, [](const Cpu& one) {
        return one.arrival && evidence::reached(one, 'A') && !evidence::reached(one, 'B');
    });
    if (!scene.judges(labs::nx_wp) || !scene.page || !number || !cpu ||
        *number == evidence::mailbox_in(*scene.page).cpu)
        return {};
    return about(*cpu, "came back from match_bsp() and took {} for its number; the mailbox has {}.",
                 *number, evidence::mailbox_in(*scene.page).cpu);
}

}  // namespace

const RuleList nx_wp_rules{
    {"registers-not-kept", registers_not_kept},
    {"nxe-too-late", nxe_too_late},
    {"nxe-lost", nxe_lost},
    {"nxe-missing", nxe_missing},
    {"wp-missing", wp_missing},
    {"nxe-not-in-trampoline", nxe_not_in_trampoline},
    {"page-entry-garbage", page_entry_garbage},
};

}  // namespace diagnosis::rules
