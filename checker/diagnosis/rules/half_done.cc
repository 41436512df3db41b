// What is not done yet: the first step of the way that the state shows undone, of an AP that ran
// past the end of what is there, stopped in the middle of it, or jumped too early.
#include <algorithm>
#include <fmt/format.h>

#include "checker/diagnosis/places.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/diagnosis/seam_code.h"
#include "checker/diagnosis/start.h"
#include "checker/diagnosis/way.h"
#include "checker/guest/code.h"

namespace diagnosis::rules {

namespace {

using evidence::Cpu;
using evidence::Registers;
using Register = judgement::ControlFlag::Register;

// The AP that was being started when the run ended, or was given up; with the registers that its
// first exception found.
struct Late {
    const Cpu* cpu = nullptr;
    const Registers* registers = nullptr;
};

std::optional<Late> late_ap(const Scene& scene) {
    const auto& cpus = scene.evidence.cpus;
    const auto found = std::ranges::find_if(cpus, [&](const Cpu& cpu) {
        return cpu.cpu != 0 && cpu.registers && !cpu.arrival && !still_waits(scene, cpu) &&
               (cpu.handshake == evidence::Handshake::starting ||
                cpu.handshake == evidence::Handshake::given_up);
    });
    if (found == cpus.end() || (scene.cpu && scene.cpu != &*found))
        return {};
    const bool own = scene.cpu == &*found && scene.registers();
    return Late{&*found, own ? scene.registers() : &*found->registers};
}

bool sipi_was_right(const Scene& scene, const Cpu& cpu) {
    const auto flaws = judgement::command_flaws(scene.evidence);
    return flaws && std::ranges::none_of(*flaws, [&](const judgement::CommandFlaw& flaw) {
               return flaw.cpu == cpu.cpu;
           });
}

// The student's file that it came to last.
std::string_view file_of(const Cpu& cpu) {
    return evidence::reached(cpu, 'p') ? "long_mode.asm" : "real_mode.asm";
}

// Past the end of code that ends in the middle, at no instruction with a reason of its own.
bool ran_past_the_end(const Scene& scene, const Late& late) {
    const evidence::Exception* oldest = evidence::oldest_exception(*late.cpu);
    const bool in_seam = scene.in_seam(oldest ? oldest->where : late.cpu->where);
    const bool was_there = evidence::reached(*late.cpu, 'p') || sipi_was_right(scene, *late.cpu);
    return !in_seam && was_there && falls_off(scene, file_of(*late.cpu));
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

std::string what_it_did(const Scene& scene, const Late& late) {
    if (jumped_too_early(scene, late))
        return "jumped to 64-bit code";
    if (ran_past_the_end(scene, late))
        return fmt::format("ran past the end of {}", file_of(*late.cpu));
    return "";
}

// The causes of the steps, as way.cc names them.
constexpr auto step_causes = std::to_array<std::string_view>(
    {"gdt-not-loaded", "protected-mode-missing", "cs-not-reloaded", "pae-missing", "cr3-missing",
     "lme-missing", "paging-missing", "cs-not-64-bit", "stack-missing", "entry-not-called"});

// The first missing step is this one.
template <std::size_t number>
std::optional<Explanation> undone(const Scene& scene) {
    const auto late = late_ap(scene);
    const auto step = late ? first_missing(scene, *late->cpu, *late->registers) : std::nullopt;
    const std::string what =
        step && step->cause == step_causes[number] ? what_it_did(scene, *late) : "";
    if (what.empty())
        return {};
    return Explanation{fmt::format("CPU {} {}: {}.", late->cpu->cpu, what, step->shown),
                       "What stands there is a beginning, and right as far as it goes.",
                       fmt::format("Next: {}.", step->next),
                       evidence::reached(*late->cpu, 'p')
                           ? std::vector{Register::cr0, Register::cr4, Register::efer}
                           : std::vector{Register::cr0},
                       late->cpu->cpu};
}

// On purpose, it seems: to see how far it comes.
std::optional<Explanation> stopped_halfway(const Scene& scene, bool halted) {
    const auto late = late_ap(scene);
    const auto step = late && stopped_there(scene, *late) && late->registers->halted == halted
                          ? first_missing(scene, *late->cpu, *late->registers)
                          : std::nullopt;
    if (!step || late->cpu->trace.ends_with('R') || late->cpu->trace.ends_with('J'))
        return {};  // there it may have refused its entry
    return Explanation{
        fmt::format("CPU {} {} in your own code, at {}: {}.", late->cpu->cpu,
                    late->registers->halted ? "halted" : "goes round in a loop",
                    lines_of(late->cpu->where), step->shown),
        "Interrupts are off, so nothing wakes it, and nothing leads it on. Nothing before that is "
        "wrong.",
        fmt::format("Next: {}.", step->next),
        evidence::reached(*late->cpu, 'p')
            ? std::vector{Register::cr0, Register::cr4, Register::efer}
            : std::vector{Register::cr0},
        late->cpu->cpu};
}

std::optional<Explanation> halted_halfway(const Scene& scene) {
    return stopped_halfway(scene, true);
}

std::optional<Explanation> loops_halfway(const Scene& scene) {
    return stopped_halfway(scene, false);
}

// The far jump of real_mode.asm loaded the right segment, and led elsewhere.
std::optional<Explanation> jumped_elsewhere(const Scene& scene) {
    const auto late = scene.judges(labs::trampoline) ? late_ap(scene) : std::nullopt;
    if (!late || evidence::reached(*late->cpu, 'p') || !late->registers->cs.size_32 ||
        !late->registers->control.cr0.has(x86::cr0::pe) ||
        late->registers->control.cr0.has(x86::cr0::pg) ||
        in_trampoline(guest::linear_rip(*late->registers)))
        return {};
    const std::uint64_t at = guest::linear_rip(*late->registers);
    return Explanation{
        .cause = fmt::format("CPU {} is in 32-bit code, but at {:#x}, outside the trampoline.",
                             late->cpu->cpu, at),
        .detail =
            at < trampoline::page_size
                ? "The new CS begins at 0, so an offset is a whole address: what counted from "
                  "the page before is 0x8000 too low now."
                : "",
        .cpu = late->cpu->cpu};
}

// Not half done, but likewise seen from the code: its RET took what was pushed last.
std::optional<Explanation> stack_unbalanced(const Scene& scene) {
    const int left = scene.judges(labs::nx_wp) ? pushes_left(scene, "match_bsp.asm") : 0;
    const auto late = left != 0 ? late_ap(scene) : std::nullopt;
    if (!late || evidence::reached(*late->cpu, 'l') || !evidence::reached(*late->cpu, 'a') ||
        scene.in_seam(scene.oldest ? scene.oldest->where : late->cpu->where))
        return {};
    return Explanation{
        .cause =
            fmt::format("CPU {} went astray at the RET of match_bsp.asm, where {} more {} than {}.",
                        late->cpu->cpu, left > 0 ? left : -left,
                        left > 0 ? "is pushed" : "is popped", left > 0 ? "popped" : "pushed"),
        .cpu = late->cpu->cpu};
}

}  // namespace

std::span<const Rule> half_done_rules() {
    static constexpr auto all = std::to_array<Rule>({
        {step_causes[0], undone<0>},
        {step_causes[1], undone<1>},
        {step_causes[2], undone<2>},
        {step_causes[3], undone<3>},
        {step_causes[4], undone<4>},
        {step_causes[5], undone<5>},
        {step_causes[6], undone<6>},
        {step_causes[7], undone<7>},
        {step_causes[8], undone<8>},
        {step_causes[9], undone<9>},
        {"halted-with-interrupts-off", halted_halfway},
        {"endless-loop", loops_halfway},
        {"far-jump-astray", jumped_elsewhere},
        {"stack-unbalanced", stack_unbalanced},
    });
    return all;
}

}  // namespace diagnosis::rules
