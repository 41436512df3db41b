// Letters against state: what an AP says that it has done, and what it is.
#include <algorithm>
#include <fmt/format.h>

#include "checker/diagnosis/cpus.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/judgement/outcome.h"
#include "trampoline/stage.h"

namespace diagnosis::rules {

namespace {

// Says that it is calling 64-bit C++, and not one switch of long mode is on.
bool without_long_mode(const Cpu& cpu) {
    if (!evidence::reached(cpu, 'W') || !cpu.registers)
        return false;
    const x86::ControlState& control = cpu.registers->control;
    return !control.cr0.has(x86::cr0::pg) && !control.cr4.has(x86::cr4::pae) &&
           !control.efer.any(x86::efer::lme | x86::efer::lma);
}

// Says that its record is complete and its GS base set, and neither was ever written.
bool without_record(const Cpu& cpu) {
    return evidence::reached(cpu, 'D') && evidence::reached(cpu, '6') && cpu.record &&
           cpu.record->self == 0 && cpu.record->id == 0 && cpu.registers &&
           cpu.registers->gs.base == 0;
}

std::optional<Explanation> letters_only(const Scene& scene) {
    const Cpu* cpu = scene.lab.number == labs::long_mode ? first_ap(scene, without_long_mode)
                     : scene.lab.number == labs::per_cpu ? first_ap(scene, without_record)
                                                         : nullptr;
    if (!cpu)
        return {};
    const bool here = scene.lab.number == labs::long_mode;
    return Explanation{
        .cause =
            here ? fmt::format("CPU {} left the letters of long mode, and is not in it.", cpu->cpu)
                 : fmt::format(
                       "CPU {} left the letters of a complete record, and its record is empty.",
                       cpu->cpu),
        .detail = here ? "PAE, LME and PG are all off." : "Its GS base is 0 as well.",
        .compare = here ? std::vector{Register::cr0, Register::cr4, Register::efer}
                        : std::vector<Register>{},
        .cpu = cpu->cpu};
}

// Comes to one stage again and again: its trace is full, and ends in one letter.
std::optional<Explanation> goes_round(const Scene& scene) {
    constexpr std::size_t again = 8;
    const Cpu* cpu = first_ap(scene, [](const Cpu& one) {
        return one.trace.size() >= again &&
               one.trace.find_last_not_of(one.trace.back()) + again < one.trace.size();
    });
    if (!cpu || scene.outcome != judgement::Outcome::hang)
        return {};
    const bool halted = cpu->registers && cpu->registers->halted;
    return Explanation{.cause = fmt::format("CPU {} {} to stage '{}' again and again{}.", cpu->cpu,
                                            halted ? "came" : "goes round: it comes",
                                            cpu->trace.back(), halted ? ", until it halted" : ""),
                       .detail =
                           "A jump behind that stage leads back to before it, or the AP is "
                           "started anew each time.",
                       .cpu = cpu->cpu};
}

std::optional<Explanation> stage_left_out(const Scene& scene) {
    const Cpu* cpu = first_ap(scene, [](const Cpu& one) {
        return (evidence::at_work(one) || one.handshake == evidence::Handshake::online) &&
               !evidence::finished_start(one);
    });
    if (!cpu || scene.oldest)
        return {};
    const std::string_view whole = trampoline::complete_trace;
    if (whole.ends_with(cpu->trace) && !evidence::reached(*cpu, 'p'))
        return about(
            *cpu, "came up, and its trace {}: what comes before was wiped, or never got there.",
            cpu->trace.empty() ? "is empty" : fmt::format("begins with '{}'", cpu->trace.front()));
    if (cpu->trace.size() > whole.size() && cpu->trace.ends_with(whole))
        return about(*cpu,
                     "came up, and its trace has {} more before 'r': its length was not 0 when the "
                     "AP began.",
                     cpu->trace.size() - whole.size());
    const auto common =
        static_cast<std::size_t>(std::ranges::mismatch(whole, cpu->trace).in2 - cpu->trace.begin());
    const std::string_view rest = std::string_view{cpu->trace}.substr(common);
    const bool again = !rest.empty() && cpu->trace.find(rest.front()) < common;
    return Explanation{
        .cause = again
                     ? fmt::format("CPU {} came up, and left '{}' a second time, after '{}': "
                                   "the letter, or what it stands for, stands there twice.",
                                   cpu->cpu, rest.front(), cpu->trace[common - 1])
                     : fmt::format("CPU {} came up, but its stage '{}' is not where it has to be.",
                                   cpu->cpu, common < whole.size() ? whole[common] : '?'),
        .cpu = cpu->cpu};
}

}  // namespace

const RuleList letters_rules{
    {"letters-only", letters_only},
    {"endless-loop", goes_round},
};

const RuleList stages_rules{
    {"stage-left-out", stage_left_out},
};

}  // namespace diagnosis::rules
