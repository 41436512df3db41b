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
                 fmt::format("{} executed an SSE instruction, and CR4.OSFXSR is 0.", who(autopsy)),
                 "Until it is set such an instruction is #UD. CR4 belongs to each CPU.",
                 "Set CR4.OSFXSR (and clear CR0.EM), or compile the kernel with -mno-sse."};
}

std::optional<Cause> trap_instruction(const Autopsy& autopsy) {
    if (!raised(autopsy, ExceptionVector::invalid_opcode) || !at_instruction(autopsy, "ud2"))
        return {};
    return Cause{"ran-into-ud2", fmt::format("{} ran into UD2.", who(autopsy)),
                 "A compiler or a kernel puts it where code must never come: a failed assertion, "
                 "the end of a function that never returns.",
                 "Read the line that it belongs to."};
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
                 no_code ? "The bytes at RIP are no instruction: it is not where code is."
                 : sse   ? "CR4.OSFXSR is 0, so that every SSE instruction is one. Or RIP is not "
                           "where code is: the log does not hold the bytes."
                       : "CR4.OSFXSR is 1, so that it is not SSE that is off. UD2 is one, and what "
                         "this CPU has not; or RIP is not where code is: the log does not hold the "
                         "bytes.",
                 "Look at the bytes at RIP; ELF=kernel.elf shows them here."};
}

std::optional<Cause> no_coprocessor(const Autopsy& autopsy) {
    if (!raised(autopsy, ExceptionVector::device_not_available) || !autopsy.before ||
        !autopsy.before->control.cr0.any(x86::cr0::em | x86::cr0::ts))
        return {};
    const bool em = autopsy.before->control.cr0.has(x86::cr0::em);
    return Cause{"fpu-not-enabled",
                 fmt::format("{} used floating point or vectors, and CR0.{} is 1.", who(autopsy),
                             em ? "EM" : "TS"),
                 em ? "EM says that there is no coprocessor."
                    : "TS asks for #NM so that a kernel can switch their registers lazily.",
                 "Clear the bit, or keep such code out of the kernel."};
}

std::optional<Cause> stack_misaligned(const Autopsy& autopsy) {
    const bool aligned = at_instruction(autopsy, "movaps") || at_instruction(autopsy, "movdqa");
    if (!raised(autopsy, ExceptionVector::general_protection) || !aligned || !autopsy.before ||
        autopsy.before->rsp % 16 == 0)
        return {};
    return Cause{
        "stack-misaligned",
        fmt::format("{} runs compiled code on a stack that is not 16-byte aligned.", who(autopsy)),
        "The ABI wants RSP to be a multiple of 16 at each CALL, and compilers rely on it.",
        "Align RSP where the code was entered."};
}

std::optional<Cause> msr_refused(const Autopsy& autopsy) {
    const bool msr = at_instruction(autopsy, "wrmsr") || at_instruction(autopsy, "rdmsr");
    if (!raised(autopsy, ExceptionVector::general_protection) || !msr || !autopsy.before)
        return {};
    return Cause{"msr-refused",
                 fmt::format("{} named MSR {:#x}, and the processor refused it or its value.",
                             who(autopsy), autopsy.before->rcx & 0xffffffff),
                 fmt::format("EDX:EAX was {:#x}:{:#x}.", autopsy.before->rdx & 0xffffffff,
                             autopsy.before->rax & 0xffffffff),
                 "Ask CPUID for the feature first, and leave reserved bits as they are."};
}

std::optional<Cause> control_register_refused(const Autopsy& autopsy) {
    if (!raised(autopsy, ExceptionVector::general_protection) || !at_instruction(autopsy, "mov cr"))
        return {};
    return Cause{
        "control-register-refused",
        fmt::format("{} wrote a value to a control register that it refuses.", who(autopsy)),
        "Bits that this CPU does not have, or a combination that is not allowed, such as "
        "PG with EFER.LME but without CR4.PAE.",
        "Compare the value with the registers above, bit by bit."};
}

std::optional<Cause> debug_register_refused(const Autopsy& autopsy) {
    if (!raised(autopsy, ExceptionVector::general_protection) || !at_instruction(autopsy, "mov dr"))
        return {};
    return Cause{"debug-register-refused",
                 fmt::format("{} wrote a value to a debug register that it refuses.", who(autopsy)),
                 "Bits 63 to 32 of DR6 and DR7 have to be 0, and while DR7.GD is set no access is "
                 "allowed at all.",
                 "Write only bits that the manual names."};
}

// In 64-bit code a near RET can raise #GP for nothing else. [sdm2 RET]
std::optional<Cause> return_address(const Autopsy& autopsy) {
    if (!raised(autopsy, ExceptionVector::general_protection) || !autopsy.before ||
        mode_of(*autopsy.before) != Mode::long_mode ||
        autopsy.oldest()->where.instruction != "ret" || autopsy.oldest()->error.value_or(1) != 0)
        return {};
    return Cause{
        "return-address-overwritten",
        fmt::format("{} took a return address from the stack that is no address.", who(autopsy)),
        fmt::format("At RSP {:#x} lay a word whose bits 63 to 47 are not all alike: RET "
                    "raises #GP for nothing else in 64-bit code.",
                    autopsy.before->rsp),
        "Something wrote over the stack, or a PUSH has no POP: look at arrays on it, and "
        "count."};
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
        "return-frame-wrong",
        fmt::format("{} executed IRET, and the stack held nothing that it can return by.",
                    who(autopsy)),
        fmt::format(
            "IRET takes RIP, CS and RFLAGS from the stack, in 64-bit code RSP and "
            "SS as well, and checks each of them.{}",
            selector == 0 ? "" : fmt::format(" Here it took {:#x} for a selector.", selector)),
        "Compare what lies at RSP with the frame that an interrupt pushes; an error code "
        "has to be taken off first."};
}

std::optional<Cause> divide_error(const Autopsy& autopsy) {
    if (!raised(autopsy, ExceptionVector::divide_error))
        return {};
    return Cause{"divide-error",
                 fmt::format("{} divided by 0, or the quotient had no room.", who(autopsy)), "",
                 "Look at the divisor in the registers."};
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
