#include <array>
#include <fmt/format.h>

#include "checker/causes/cause.h"
#include "checker/causes/facts.h"

namespace causes {

namespace {

using x86::ExceptionVector;

std::optional<Cause> sse_not_enabled(const Autopsy& autopsy) {
    const bool vector = at_instruction(autopsy, "xmm");
    if (!raised(autopsy, ExceptionVector::invalid_opcode) || !vector || !autopsy.before ||
        autopsy.before->control.cr4.has(x86::cr4::osfxsr))
        return {};
    return Cause{"sse-not-enabled",
                 fmt::format("{} executed an SSE instruction, and CR4.OSFXSR is 0.", who(autopsy))};
}

std::optional<Cause> trap_instruction(const Autopsy& autopsy) {
    if (!raised(autopsy, ExceptionVector::invalid_opcode) || !at_instruction(autopsy, "ud2"))
        return {};
    return Cause{"ran-into-ud2", fmt::format("{} ran into UD2.", who(autopsy))};
}

std::optional<Cause> invalid_opcode(const Autopsy& autopsy) {
    if (!raised(autopsy, ExceptionVector::invalid_opcode) || !autopsy.before)
        return {};
    const bool sse = !autopsy.before->control.cr4.has(x86::cr4::osfxsr);
    const bool known = !autopsy.oldest()->where.instruction.empty();
    if (known || autopsy.has_memory)
        return {};
    const bool no_code = !autopsy.code.empty();
    return Cause{"invalid-opcode",
                 fmt::format("{} met an instruction that it does not know, or may not execute.",
                             who(autopsy)),
                 no_code ? "The bytes at RIP are no instruction."
                 : sse   ? "Here CR4.OSFXSR is 0."
                         : "Here CR4.OSFXSR is 1, so that it is not SSE that is off."};
}

std::optional<Cause> no_coprocessor(const Autopsy& autopsy) {
    if (!raised(autopsy, ExceptionVector::device_not_available) || !autopsy.before ||
        !autopsy.before->control.cr0.any(x86::cr0::em | x86::cr0::ts))
        return {};
    const bool em = autopsy.before->control.cr0.has(x86::cr0::em);
    return Cause{.id = "fpu-not-enabled",
                 .text = fmt::format("{} used floating point or vectors, and CR0.{} is 1.",
                                     who(autopsy), em ? "EM" : "TS")};
}

std::optional<Cause> stack_misaligned(const Autopsy& autopsy) {
    const bool aligned = at_instruction(autopsy, "movaps") || at_instruction(autopsy, "movdqa");
    if (!raised(autopsy, ExceptionVector::general_protection) || !aligned || !autopsy.before ||
        autopsy.before->rsp % 16 == 0)
        return {};
    return Cause{
        "stack-misaligned",
        fmt::format("{} runs compiled code on a stack that is not 16-byte aligned.", who(autopsy))};
}

std::optional<Cause> msr_refused(const Autopsy& autopsy) {
    const bool msr = at_instruction(autopsy, "wrmsr") || at_instruction(autopsy, "rdmsr");
    if (!raised(autopsy, ExceptionVector::general_protection) || !msr || !autopsy.before)
        return {};
    return Cause{
        .id = "msr-refused",
        .text = fmt::format("{} named MSR {:#x}, and the processor refused it or its value.",
                            who(autopsy), autopsy.before->rcx & 0xffffffff),
        .detail = fmt::format("EDX:EAX was {:#x}:{:#x}.", autopsy.before->rdx & 0xffffffff,
                              autopsy.before->rax & 0xffffffff)};
}

std::optional<Cause> control_register_refused(const Autopsy& autopsy) {
    if (!raised(autopsy, ExceptionVector::general_protection) || !at_instruction(autopsy, "mov cr"))
        return {};
    return Cause{
        "control-register-refused",
        fmt::format("{} wrote a value to a control register that it refuses.", who(autopsy))};
}

std::optional<Cause> debug_register_refused(const Autopsy& autopsy) {
    if (!raised(autopsy, ExceptionVector::general_protection) || !at_instruction(autopsy, "mov dr"))
        return {};
    return Cause{
        "debug-register-refused",
        fmt::format("{} wrote a value to a debug register that it refuses.", who(autopsy))};
}

// In 64-bit code a near RET can raise #GP for nothing else. [sdm2 RET]
std::optional<Cause> return_address(const Autopsy& autopsy) {
    if (!raised(autopsy, ExceptionVector::general_protection) || !autopsy.before ||
        mode_of(*autopsy.before) != Mode::long_mode ||
        autopsy.oldest()->where.instruction != "ret" || autopsy.oldest()->error.value_or(1) != 0)
        return {};
    return Cause{.id = "return-address-overwritten",
                 .text = fmt::format("{} took a return address from the stack that is no address.",
                                     who(autopsy)),
                 .detail = fmt::format("Here RSP was {:#x}.", autopsy.before->rsp)};
}

std::optional<Cause> interrupt_return(const Autopsy& autopsy) {
    const bool vector = raised(autopsy, ExceptionVector::general_protection) ||
                        raised(autopsy, ExceptionVector::invalid_tss) ||
                        raised(autopsy, ExceptionVector::segment_not_present) ||
                        raised(autopsy, ExceptionVector::stack_segment_fault);
    if (!vector || !at_instruction(autopsy, "iret"))
        return {};
    const std::uint32_t selector = autopsy.oldest()->error.value_or(0);
    return Cause{
        .id = "return-frame-wrong",
        .text = fmt::format("{} executed IRET, and the stack held nothing that it can return by.",
                            who(autopsy)),
        .detail = selector == 0 ? "" : fmt::format("Here it took {:#x} for a selector.", selector)};
}

std::optional<Cause> divide_error(const Autopsy& autopsy) {
    if (!raised(autopsy, ExceptionVector::divide_error))
        return {};
    return Cause{"divide-error",
                 fmt::format("{} divided by 0, or the quotient had no room.", who(autopsy))};
}

}  // namespace

std::span<const Rule> code_rules() {
    static constexpr auto rules = std::to_array<Rule>(
        {sse_not_enabled, trap_instruction, invalid_opcode, no_coprocessor, stack_misaligned,
         msr_refused, control_register_refused, debug_register_refused, return_address,
         interrupt_return, divide_error});
    return rules;
}

}  // namespace causes
