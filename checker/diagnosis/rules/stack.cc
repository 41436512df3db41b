// How an AP entered C++: on which stack, and with which flags.
#include <cstdlib>
#include <fmt/format.h>

#include "checker/diagnosis/cpus.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/diagnosis/seam_code.h"
#include "memory/layout.h"
#include "trampoline/mailbox.h"
#include "x86/page.h"

namespace diagnosis::rules {

namespace {

constexpr std::uint64_t return_address = 8, alignment = 16;

std::uint64_t at_the_call(const Cpu& cpu) {
    return cpu.arrival->registers.rsp + return_address;
}

bool near_its_top(const Cpu& cpu) {
    const std::uint64_t top = cpu.arrival->mailbox.stack_top;
    return at_the_call(cpu) <= top + return_address &&
           at_the_call(cpu) + x86::page_size - evidence::stack_for_cpp >= top;
}

bool misaligned(const Cpu& cpu) {
    return cpu.arrival && near_its_top(cpu) && at_the_call(cpu) % alignment != 0;
}

bool elsewhere(const Cpu& cpu) {
    return cpu.arrival && cpu.arrival->mailbox.stack_top != 0 && !near_its_top(cpu);
}

bool on_the_trampolines(const Cpu& cpu) {
    return cpu.arrival && cpu.arrival->mailbox.stack_top != 0 &&
           at_the_call(cpu) > trampoline::stack_bottom && at_the_call(cpu) <= trampoline::stack_top;
}

bool in_the_mailbox(const Cpu& cpu) {
    return at_the_call(cpu) >= trampoline::mailbox_address &&
           at_the_call(cpu) < trampoline::mailbox_address + sizeof(trampoline::Mailbox);
}

// The push of the CALL into C++ itself is what failed. An address that is not canonical is #SS, and
// #GP in QEMU 7.2.
bool no_room_for_the_call(const Scene& scene) {
    if (!scene.oldest || !scene.registers() || !scene.reached('R') || scene.reached('1') ||
        !in_trampoline(scene.oldest->where.address) ||
        !scene.oldest->where.instruction.starts_with("call"))
        return false;
    const x86::VirtualAddress pushed{scene.registers()->rsp - return_address};
    return scene.raised(ExceptionVector::page_fault)
               ? scene.oldest->cr2 && *scene.oldest->cr2 - pushed.raw < return_address
               : !x86::is_canonical(pushed) &&
                     (scene.raised(ExceptionVector::stack_segment_fault) ||
                      scene.raised(ExceptionVector::general_protection));
}

// In the 32-bit half, or led out of it.
std::optional<StartingAp> ap_in_32_bit_code(const Scene& scene) {
    const auto ap = starting_ap(scene);
    if (!ap || !evidence::reached(*ap->cpu, 'p') || evidence::reached(*ap->cpu, 'l') ||
        evidence::reached(*ap->cpu, 'R') || ap->registers->cs.long_mode ||
        scene.in_seam(*ap->where))
        return {};
    return ap;
}

// What ends in RET was jumped to: the RET took its address from above the stack.
std::optional<Explanation> jumped_where_a_call_is_due(const Scene& scene) {
    const auto ap = ap_in_32_bit_code(scene);
    const auto jump = ap && scene.judges(labs::long_mode)
                          ? leads_into_match_bsp(scene, guest::Flow::jump)
                          : std::nullopt;
    if (!jump || !evidence::reached(*ap->cpu, 'a'))
        return {};
    return Explanation{
        .cause = fmt::format("CPU {} went astray at the RET of match_bsp.asm: line {} of "
                             "long_mode.asm goes there by JMP.",
                             ap->cpu->cpu, jump->line),
        .detail = "No CALL has pushed a return address, so RET takes what lies above the stack.",
        .advice = "CALL what ends in RET.",
        .cpu = ap->cpu->cpu};
}

// Where RET takes its address from is decided by who has moved ESP since the CALL.
std::optional<Explanation> return_address_left(const Scene& scene) {
    const auto ap = scene.judges(labs::nx_wp) ? ap_in_32_bit_code(scene) : std::nullopt;
    const auto written = ap ? writes_esp(scene, "match_bsp.asm") : std::nullopt;
    if (!written || !evidence::reached(*ap->cpu, 'a'))
        return {};
    auto found = about(*ap->cpu, "went astray at the RET of match_bsp.asm: line {} writes ESP.",
                       written->line);
    found.detail =
        "The CALL has pushed the return address where ESP was. RET takes what lies where ESP is.";
    found.advice = "Leave ESP alone in what is called: the stack of long_mode.asm has room enough.";
    return found;
}

// Went astray after the student's own code had moved ESP off the trampoline's stack.
std::optional<Explanation> stack_left(const Scene& scene) {
    const auto ap = ap_in_32_bit_code(scene);
    if (!ap || (ap->registers->rsp > trampoline::stack_bottom &&
                ap->registers->rsp <= trampoline::stack_top))
        return {};
    const auto written =
        scene.judges(labs::long_mode) ? writes_esp(scene, "long_mode.asm") : std::nullopt;
    if (!written)
        return {};
    auto found = about(*ap->cpu, "went astray with ESP {:#x}: line {} of long_mode.asm writes ESP.",
                       ap->registers->rsp, written->line);
    found.detail = fmt::format(
        "The trampoline's stack is {:#x}..{:#x}. CALL and RET use whatever "
        "ESP points to, also memory that is not there.",
        trampoline::stack_bottom, trampoline::stack_top - 1);
    found.advice = "Leave ESP as protected_mode.asm has set it until the code is 64-bit.";
    return found;
}

// A RET took another word than the CALL's.
std::optional<Explanation> stack_unbalanced(const Scene& scene) {
    const auto ap = ap_in_32_bit_code(scene);
    const auto way = ap && scene.judges(labs::nx_wp) ? unbalanced_way(scene) : std::nullopt;
    if (!way || !evidence::reached(*ap->cpu, 'a'))
        return {};
    return about(*ap->cpu, "went astray at the RET of match_bsp.asm{} {} more {} {} than {}.",
                 way->branch ? fmt::format(": on the way on which line {} {},", way->branch->line,
                                           way->taken ? "jumps" : "does not jump")
                             : ", where",
                 std::abs(way->words), std::abs(way->words) == 1 ? "is" : "are",
                 way->words > 0 ? "pushed" : "popped", way->words > 0 ? "popped" : "pushed");
}

std::optional<Explanation> stack_missing(const Scene& scene) {
    const Cpu* cpu = first_ap(scene, on_the_trampolines);
    if (!cpu)
        return {};
    auto found =
        about(*cpu, "entered C++ on the trampoline's own stack: RSP {:#x}.", at_the_call(*cpu));
    if (!elsewhere(*cpu))
        found.detail = fmt::format(
            "The mailbox's `stack_top` is {:#x}, too: MOV with the brackets first writes RSP "
            "there, and reads nothing.",
            cpu->arrival->mailbox.stack_top);
    return found;
}

// RSP was taken from elsewhere, as 32-bit code does not.
std::optional<Explanation> loaded_by_32_bit_code(const Scene& scene) {
    const Cpu* cpu = no_room_for_the_call(scene) ? scene.cpu : first_ap(scene, elsewhere);
    const auto line =
        cpu && scene.judges(labs::long_mode) ? writes_esp(scene, "long_mode.asm") : std::nullopt;
    if (!line || !reads_mailbox_in_32_bit_alone(scene, *line))
        return {};
    return Explanation{
        .cause = fmt::format("CPU {} read its stack's address in 64-bit mode by line {} of "
                             "long_mode.asm, which is 32-bit code.",
                             cpu->cpu, line->line),
        .detail = "These bytes name an address there that is counted from RIP, not the mailbox's.",
        .advice = "Put `bits 64` directly behind the far jump.",
        .cpu = cpu->cpu};
}

std::optional<Explanation> stack_wrong(const Scene& scene) {
    if (no_room_for_the_call(scene))
        return about(*scene.cpu, "called C++ with RSP {:#x}, and no stack is there.",
                     scene.registers()->rsp);
    const Cpu* cpu = first_ap(scene, elsewhere);
    if (!cpu)
        return {};
    return Explanation{
        .cause = fmt::format(
            "CPU {} called C++ with RSP {:#x}; the stack that the mailbox had for it ends "
            "at {:#x}.",
            cpu->cpu, at_the_call(*cpu), cpu->arrival->mailbox.stack_top),
        .detail =
            std::string{
                in_the_mailbox(*cpu)
                    ? "That is inside the mailbox: an address where the content was wanted."
                : at_the_call(*cpu) ==
                        ::memory::direct_map_base.raw + cpu->arrival->mailbox.stack_top
                    ? "It is the same memory, by its name in the direct map: NX, so that the "
                      "CALL's push needs an NXE that only lab 5 sets, and not the name that the "
                      "kernel gives back."
                : at_the_call(*cpu) == cpu->arrival->mailbox.entry
                    ? "That is its entry: each push overwrites the kernel's code before it."
                    : right_on_the_first(scene)},
        .cpu = cpu->cpu};
}

std::optional<Explanation> stack_misaligned(const Scene& scene) {
    const Cpu* cpu = first_ap(scene, misaligned);
    if (!cpu)
        return {};
    const bool jumped = at_the_call(*cpu) == cpu->arrival->mailbox.stack_top + return_address;
    return Explanation{
        .cause = jumped
                     ? fmt::format("CPU {} came into C++ without a return address on its stack.",
                                   cpu->cpu)
                     : fmt::format("CPU {} called C++ with RSP {:#x}, which is not a multiple of "
                                   "16.",
                                   cpu->cpu, at_the_call(*cpu)),
        .advice = jumped
                      ? "Enter C++ by CALL, not by JMP, with RSP as `stack_top` has it: a function "
                        "expects a return address."
                      : "See how RSP came from `stack_top`: by a push, by ADD or SUB, or not from "
                        "it.",
        .cpu = cpu->cpu};
}

// By ours at the entry of C++, and by the kernel's own look at RFLAGS, which its panic tells.
template <bool interrupts>
std::optional<Explanation> flag_left_set(const Scene& scene) {
    const x86::Rflags flag = interrupts ? x86::rflags::if_ : x86::rflags::df;
    const std::string_view name = interrupts ? "IF" : "DF";
    const Cpu* cpu = first_ap(scene, [&](const Cpu& one) {
        return one.arrival && x86::Rflags{one.arrival->registers.rflags}.has(flag);
    });
    const bool later = scene.evidence.end == End::panicked &&
                       scene.evidence.panic_text.ends_with(fmt::format("RFLAGS.{} set", name));
    if (!cpu && !later)
        return {};
    const unsigned number = cpu ? cpu->cpu : scene.evidence.panic_cpu.value_or(1);
    return Explanation{
        .cause = fmt::format("CPU {} {} with {}: RFLAGS.{} is 1.", number,
                             cpu ? "entered C++" : "came back from your code",
                             interrupts ? "interrupts on" : "the direction flag set", name),
        .cpu = number};
}

}  // namespace

const RuleList stack_in_32_bit_rules{
    {"stack-unbalanced", jumped_where_a_call_is_due},
    {"stack-wrong", stack_left},
    {"stack-unbalanced", return_address_left},
    {"stack-unbalanced", stack_unbalanced},
};

const RuleList stack_rules{
    {"wrong-code-size", loaded_by_32_bit_code},
    {"stack-missing", stack_missing},
    {"stack-wrong", stack_wrong},
    {"stack-misaligned", stack_misaligned},
    {"interrupts-on", flag_left_set<true>},
    {"direction-flag-set", flag_left_set<false>},
};

}  // namespace diagnosis::rules
