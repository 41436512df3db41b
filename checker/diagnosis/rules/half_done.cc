// What is not done yet: the first step of the way that the state shows undone, of an AP that ran
// past the end of what is there.
#include <fmt/format.h>

#include "checker/diagnosis/places.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/diagnosis/seam_code.h"
#include "checker/diagnosis/start.h"
#include "checker/evidence/trampoline_page.h"

namespace diagnosis::rules {

namespace {

using evidence::Cpu;
using evidence::Registers;
using Register = judgement::ControlFlag::Register;

// The AP that has come as far as it could, on code that ends in the middle.
struct Wanderer {
    const Cpu* cpu = nullptr;
    const Registers* registers = nullptr;
};

// The AP that was being started when the run ended, or was given up; with the registers that its
// first exception found.
std::optional<Wanderer> wanderer(const Scene& scene) {
    const auto failed = [&](const Cpu& cpu) {
        return cpu.cpu != 0 && cpu.registers && !cpu.arrival && !still_waits(scene, cpu) &&
               (cpu.handshake == evidence::Handshake::starting ||
                cpu.handshake == evidence::Handshake::given_up);
    };
    const auto& cpus = scene.evidence.cpus;
    const auto found = std::ranges::find_if(cpus, failed);
    if (found == cpus.end() || (scene.cpu && scene.cpu != &*found))
        return {};
    const bool own = scene.cpu == &*found && scene.registers();
    return Wanderer{&*found, own ? scene.registers() : &*found->registers};
}

// It was stopped at an instruction of the student's, which may have its own reason.
bool stopped_in_seam(const Scene& scene, const Cpu& cpu) {
    const evidence::Exception* oldest = evidence::oldest_exception(cpu);
    return oldest ? scene.in_seam(oldest->where) : scene.in_seam(cpu.where);
}

std::optional<Wanderer> past_the_end_of(const Scene& scene, unsigned lab, std::string_view file) {
    const auto found = scene.judges(lab) && falls_off(scene, file) ? wanderer(scene) : std::nullopt;
    return found && !stopped_in_seam(scene, *found->cpu) ? found : std::nullopt;
}

bool sipi_was_right(const Scene& scene, const Cpu& cpu) {
    const auto flaws = judgement::command_flaws(scene.evidence);
    return flaws && std::ranges::none_of(*flaws, [&](const judgement::CommandFlaw& flaw) {
               return flaw.cpu == cpu.cpu;
           });
}

std::optional<Wanderer> past_real_mode(const Scene& scene) {
    const auto found = past_the_end_of(scene, labs::trampoline, "real_mode.asm");
    return found && sipi_was_right(scene, *found->cpu) && !evidence::reached(*found->cpu, 'p')
               ? found
               : std::nullopt;
}

std::optional<Wanderer> past_long_mode(const Scene& scene) {
    const auto found = past_the_end_of(scene, labs::long_mode, "long_mode.asm");
    return found && evidence::reached(*found->cpu, 'p') ? found : std::nullopt;
}

Explanation explanation(const Wanderer& who, std::string_view file, std::string missing,
                        std::string advice, std::vector<Register> compare = {}) {
    return {fmt::format("CPU {} ran past the end of {}: {}.", who.cpu->cpu, file, missing),
            "What stands there is a beginning, and right as far as it goes. Behind its last "
            "instruction the CPU goes on with whatever comes next in the page, in the mode in "
            "which it is.",
            std::move(advice), std::move(compare), who.cpu->cpu};
}

std::optional<Explanation> gdt_not_loaded_yet(const Scene& scene) {
    const auto who = past_real_mode(scene);
    const auto* both = trampoline_page(scene.evidence);
    if (!who || !both || who->registers->control.cr0.has(x86::cr0::pe) ||
        who->registers->gdt.base == evidence::tables_in_image(*both).gdt32_pointer.base)
        return {};
    return explanation(*who, "real_mode.asm", "its GDT is not loaded, and CR0.PE is still 0",
                       "Next: the segments and stage 'r', LGDT, CR0.PE, the far jump.",
                       {Register::cr0});
}

std::optional<Explanation> protection_not_on_yet(const Scene& scene) {
    const auto who = past_real_mode(scene);
    if (!who || who->registers->control.cr0.has(x86::cr0::pe))
        return {};
    return explanation(*who, "real_mode.asm", "its GDT is loaded, and CR0.PE is still 0",
                       "Next: CR0.PE, and the far jump to `protected_mode`.", {Register::cr0});
}

std::optional<Explanation> no_far_jump_yet(const Scene& scene) {
    const auto who = past_real_mode(scene);
    if (!who || !who->registers->control.cr0.has(x86::cr0::pe) || who->registers->cs.size_32)
        return {};
    return explanation(
        *who, "real_mode.asm", "CR0.PE is set, and CS is still that of real mode, 16-bit code",
        "Next: the far jump to `protected_mode`, with a 32-bit offset.", {Register::cr0});
}

std::optional<Explanation> no_pae_yet(const Scene& scene) {
    const auto who = past_long_mode(scene);
    if (!who || who->registers->control.cr4.has(x86::cr4::pae) ||
        who->registers->control.cr0.has(x86::cr0::pg))
        return {};
    return explanation(*who, "long_mode.asm", "CR4.PAE is still 0",
                       "Next: CR4.PAE. CR3 and EFER.LME also come before CR0.PG.",
                       {Register::cr0, Register::cr4, Register::efer});
}

std::optional<Explanation> no_cr3_yet(const Scene& scene) {
    const auto who = past_long_mode(scene);
    if (!who || who->registers->control.cr0.has(x86::cr0::pg) || !scene.bsp_registers() ||
        who->registers->control.cr3 == scene.bsp_registers()->control.cr3)
        return {};
    return explanation(*who, "long_mode.asm",
                       fmt::format("CR3 is still {:#x}", who->registers->control.cr3),
                       "Next: CR3 from the mailbox, and stage 'a'.",
                       {Register::cr0, Register::cr4, Register::efer});
}

std::optional<Explanation> no_lme_yet(const Scene& scene) {
    const auto who = past_long_mode(scene);
    if (!who || who->registers->control.cr0.has(x86::cr0::pg) ||
        who->registers->control.efer.has(x86::efer::lme))
        return {};
    return explanation(*who, "long_mode.asm", "EFER.LME is still 0",
                       "Next: EFER.LME by RDMSR and WRMSR, lab 5's half, stage 'l'.",
                       {Register::cr0, Register::cr4, Register::efer});
}

std::optional<Explanation> no_paging_yet(const Scene& scene) {
    const auto who = past_long_mode(scene);
    if (!who || who->registers->control.cr0.has(x86::cr0::pg))
        return {};
    return explanation(*who, "long_mode.asm", "CR0.PG is still 0",
                       evidence::reached(*who->cpu, 'l')
                           ? "Next: CR0.PG, and the far jump."
                           : "Next: lab 5's half and stage 'l', then CR0.PG and the far jump.",
                       {Register::cr0, Register::cr4, Register::efer});
}

std::optional<Explanation> no_64_bit_code_yet(const Scene& scene) {
    const auto who = past_long_mode(scene);
    if (!who || !who->registers->control.efer.has(x86::efer::lma) || who->registers->cs.long_mode)
        return {};
    return explanation(
        *who, "long_mode.asm", "paging is on, and its code segment is still a 32-bit one",
        "Next: the far jump through `code_selector` into 64-bit code.", {Register::efer});
}

bool on_its_stack(const Scene& scene, const Registers& registers) {
    constexpr std::uint64_t slack = 0x1000;
    const auto* both = trampoline_page(scene.evidence);
    const std::uint64_t top = both ? evidence::mailbox_in(*both).stack_top : 0;
    return top != 0 && registers.rsp <= top + slack && registers.rsp + slack > top;
}

std::optional<Explanation> no_stack_yet(const Scene& scene) {
    const auto who = past_long_mode(scene);
    if (!who || !who->registers->cs.long_mode || on_its_stack(scene, *who->registers))
        return {};
    return explanation(
        *who, "long_mode.asm",
        fmt::format("it is in 64-bit code, and RSP is {:#x}, not its stack", who->registers->rsp),
        "Next: the data segments, RSP and the entry from the mailbox, stage 'R'.");
}

std::optional<Explanation> entry_not_called(const Scene& scene) {
    const auto who = past_long_mode(scene);
    if (!who || !who->registers->cs.long_mode)
        return {};
    const auto reached = [&](char stage) { return evidence::reached(*who->cpu, stage); };
    return explanation(*who, "long_mode.asm", "it has its stack, and nothing calls its entry",
                       reached('W')   ? "Next: the call of the entry."
                       : reached('J') ? "Next: the mailbox in RDI, stage 'W', the call."
                       : reached('R') ? "Next: the check of the entry, stage 'J', the mailbox in "
                                        "RDI, stage 'W', the call."
                                      : "Next: the entry from the mailbox, stage 'R', the check.");
}

// Not half done, but likewise seen from the code: its RET took what was pushed last.
std::optional<Explanation> stack_unbalanced(const Scene& scene) {
    const int left = scene.judges(labs::nx_wp) ? pushes_left(scene, "match_bsp.asm") : 0;
    const auto who = left != 0 ? wanderer(scene) : std::nullopt;
    if (!who || evidence::reached(*who->cpu, 'l') || !evidence::reached(*who->cpu, 'a') ||
        stopped_in_seam(scene, *who->cpu))
        return {};
    return Explanation{
        fmt::format("CPU {} went astray at the RET of match_bsp.asm, where {} more {} than {}.",
                    who->cpu->cpu, left > 0 ? left : -left, left > 0 ? "is pushed" : "is popped",
                    left > 0 ? "popped" : "pushed"),
        "RET takes the word on top of the stack for its return address. If a push has no pop, that "
        "is what was pushed.",
        "Give each push its pop, on every way to the RET.",
        {},
        who->cpu->cpu};
}

}  // namespace

std::span<const Rule> half_done_rules() {
    static constexpr auto all = std::to_array<Rule>({
        {"gdt-not-loaded", gdt_not_loaded_yet},
        {"protected-mode-missing", protection_not_on_yet},
        {"cs-not-reloaded", no_far_jump_yet},
        {"pae-missing", no_pae_yet},
        {"cr3-missing", no_cr3_yet},
        {"lme-missing", no_lme_yet},
        {"paging-missing", no_paging_yet},
        {"cs-not-64-bit", no_64_bit_code_yet},
        {"stack-missing", no_stack_yet},
        {"entry-not-called", entry_not_called},
        {"stack-unbalanced", stack_unbalanced},
    });
    return all;
}

}  // namespace diagnosis::rules
