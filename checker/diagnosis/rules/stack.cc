// On which stack an AP entered C++, as it arrived there.
#include <fmt/format.h>

#include "checker/diagnosis/aps.h"
#include "checker/diagnosis/rules/rules.h"
#include "trampoline/mailbox.h"
#include "x86/page.h"

namespace diagnosis::rules {

namespace {

using evidence::Cpu;
using x86::ExceptionVector;

constexpr std::uint64_t return_address = 8, alignment = 16;

std::uint64_t at_the_call(const Cpu& cpu) {
    return cpu.arrival->registers.rsp + return_address;
}

bool near_its_top(const Cpu& cpu) {
    const std::uint64_t top = cpu.arrival->stack_top;
    return at_the_call(cpu) <= top + return_address && at_the_call(cpu) + x86::page_size > top;
}

bool misaligned(const Cpu& cpu) {
    return cpu.arrival && near_its_top(cpu) && at_the_call(cpu) % alignment != 0;
}

bool elsewhere(const Cpu& cpu) {
    return cpu.arrival && !near_its_top(cpu);
}

bool on_the_trampolines(const Cpu& cpu) {
    return elsewhere(cpu) && at_the_call(cpu) > trampoline::stack_bottom &&
           at_the_call(cpu) <= trampoline::stack_top;
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

std::optional<Explanation> stack_missing(const Scene& scene) {
    const Cpu* cpu = first_ap(scene, on_the_trampolines);
    if (!cpu)
        return {};
    return Explanation{
        .cause = fmt::format("CPU {} entered C++ on the trampoline's own stack: RSP {:#x}.",
                             cpu->cpu, at_the_call(*cpu)),
        .cpu = cpu->cpu};
}

std::optional<Explanation> stack_wrong(const Scene& scene) {
    if (no_room_for_the_call(scene))
        return Explanation{fmt::format("CPU {} called C++ with RSP {:#x}, and no stack is there.",
                                       scene.cpu->cpu, scene.registers()->rsp)};
    const Cpu* cpu = first_ap(scene, elsewhere);
    if (!cpu)
        return {};
    return Explanation{
        .cause = fmt::format(
            "CPU {} entered C++ with RSP {:#x}; the stack that the mailbox had for it ends "
            "at {:#x}.",
            cpu->cpu, at_the_call(*cpu), cpu->arrival->stack_top),
        .detail = in_the_mailbox(*cpu)
                      ? "That is inside the mailbox: an address where the content was wanted."
                      : "",
        .cpu = cpu->cpu};
}

std::optional<Explanation> stack_misaligned(const Scene& scene) {
    if (const Cpu* cpu = first_ap(scene, misaligned)) {
        const bool jumped = at_the_call(*cpu) == cpu->arrival->stack_top + return_address;
        return Explanation{
            .cause =
                jumped ? fmt::format("CPU {} came into C++ without a return address on its stack.",
                                     cpu->cpu)
                       : fmt::format(
                             "CPU {} called C++ with RSP {:#x}, which is not a multiple of 16.",
                             cpu->cpu, at_the_call(*cpu)),
            .advice = jumped ? "Enter C++ by CALL, not by JMP: a function expects a return address."
                             : "Count the pushes between loading RSP and the call.",
            .cpu = cpu->cpu};
    }
    const bool aligned_move = scene.raised_at(ExceptionVector::general_protection, "movaps") ||
                              scene.raised_at(ExceptionVector::general_protection, "movdqa");
    if (!aligned_move || !scene.registers() || scene.registers()->rsp % alignment == 0)
        return {};
    return Explanation{
        fmt::format("CPU {} runs C++ on a stack that is not 16-byte aligned.", scene.cpu->cpu)};
}

}  // namespace

std::span<const Rule> stack_rules() {
    static constexpr auto all = std::to_array<Rule>({
        {"stack-missing", stack_missing},
        {"stack-wrong", stack_wrong},
        {"stack-misaligned", stack_misaligned},
    });
    return all;
}

}  // namespace diagnosis::rules
