#include <fmt/format.h>

#include "checker/diagnosis/any_kernel/rules.h"

namespace diagnosis::any_kernel {

namespace {

std::optional<Explanation> sse_not_enabled(const Scene& scene) {
    if (!scene.raised_at(ExceptionVector::invalid_opcode, "xmm") || !scene.before ||
        scene.before->control.cr4.has(x86::cr4::osfxsr))
        return {};
    return Explanation{
        fmt::format("{} executed an SSE instruction, and CR4.OSFXSR is 0.", scene.who())};
}

std::optional<Explanation> trap_instruction(const Scene& scene) {
    if (!scene.raised_at(ExceptionVector::invalid_opcode, "ud2"))
        return {};
    return Explanation{fmt::format("{} ran into UD2.", scene.who())};
}

std::optional<Explanation> invalid_opcode(const Scene& scene) {
    if (!scene.raised(ExceptionVector::invalid_opcode) || !scene.before ||
        !scene.oldest->where.instruction.empty() || !scene.evidence.log)
        return {};
    const bool sse = !scene.before->control.cr4.has(x86::cr4::osfxsr);
    const auto& code = scene.log().code;
    // In 64-bit code nothing else begins so. [sdm2 2.3.5]
    const bool vex = !code.empty() && scene.before->cs.long_mode &&
                     (code.front() == std::byte{0xc4} || code.front() == std::byte{0xc5});
    return Explanation{
        fmt::format("{} met an instruction that it does not know, or may not execute.",
                    scene.who()),
        vex ? "The bytes begin with VEX, as AVX and BMI do: for AVX the kernel has to set "
              "CR4.OSXSAVE "
              "and XCR0, and QEMU emulates it from 7.2 on."
        : !code.empty() ? "The bytes at RIP make no instruction that is known here."
        : sse           ? "Here CR4.OSFXSR is 0."
                        : "Here CR4.OSFXSR is 1; AVX needs OSXSAVE besides."};
}

std::optional<Explanation> no_coprocessor(const Scene& scene) {
    if (!scene.raised(ExceptionVector::device_not_available) || !scene.before ||
        !scene.before->control.cr0.any(x86::cr0::em | x86::cr0::ts))
        return {};
    const bool em = scene.before->control.cr0.has(x86::cr0::em);
    return Explanation{.cause = fmt::format("{} used floating point or vectors, and CR0.{} is 1.",
                                            scene.who(), em ? "EM" : "TS")};
}

std::optional<Explanation> stack_misaligned(const Scene& scene) {
    const bool aligned = scene.raised_at(ExceptionVector::general_protection, "movaps") ||
                         scene.raised_at(ExceptionVector::general_protection, "movdqa");
    if (!aligned || !scene.before || scene.before->rsp % 16 == 0)
        return {};
    return Explanation{
        fmt::format("{} runs compiled code on a stack that is not 16-byte aligned.", scene.who())};
}

std::optional<Explanation> msr_refused(const Scene& scene) {
    const bool read = scene.raised_at(ExceptionVector::general_protection, "rdmsr");
    const bool at_msr = read || scene.raised_at(ExceptionVector::general_protection, "wrmsr");
    if (!at_msr || !scene.before)
        return {};
    return Explanation{
        .cause =
            fmt::format("{} named MSR {:#x}, and the processor refused {}.", scene.who(),
                        scene.before->rcx & low_32_bits, read ? "to read it" : "it or its value"),
        .detail = read ? ""
                       : fmt::format("EDX:EAX was {:#x}:{:#x}.", scene.before->rdx & low_32_bits,
                                     scene.before->rax & low_32_bits)};
}

template <bool debug>
std::optional<Explanation> register_refused(const Scene& scene) {
    if (!scene.raised_at(ExceptionVector::general_protection, debug ? "mov dr" : "mov cr"))
        return {};
    return Explanation{fmt::format("{} used a {} register in a way that it refuses.", scene.who(),
                                   debug ? "debug" : "control")};
}

// In the frame that nobody could be given RFLAGS would have it still.
std::optional<Explanation> single_step(const Scene& scene) {
    if (!scene.raised(ExceptionVector::debug) || !scene.before ||
        !x86::Rflags{scene.before->rflags}.has(x86::rflags::tf))
        return {};
    return Explanation{fmt::format("{} executes step by step: RFLAGS.TF is 1.", scene.who())};
}

// A pointer with bits that are missing, or too many. With RSP or RBP it is #SS. [sdm1 3.3.7.1]
std::optional<Explanation> address_not_canonical(const Scene& scene) {
    const bool vector = scene.raised(ExceptionVector::general_protection) ||
                        scene.raised(ExceptionVector::stack_segment_fault);
    if (!vector || !scene.oldest->where.no_address || scene.oldest->error.value_or(0) != 0)
        return {};
    return Explanation{fmt::format("{} used {:#x} for an address, and that is not canonical.",
                                   scene.who(), *scene.oldest->where.no_address)};
}

// In 64-bit code a near RET can raise #GP for nothing else. [sdm2 RET]
std::optional<Explanation> return_address(const Scene& scene) {
    if (!scene.raised(ExceptionVector::general_protection) || !scene.before ||
        mode_of(*scene.before) != Mode::long_mode || scene.oldest->where.instruction != "ret" ||
        scene.oldest->error.value_or(1) != 0)
        return {};
    return Explanation{
        .cause =
            fmt::format("{} took a return address from the stack that is no address.", scene.who()),
        .detail = fmt::format("Here RSP was {:#x}.", scene.before->rsp)};
}

std::optional<Explanation> interrupt_return(const Scene& scene) {
    const bool vector = scene.raised(ExceptionVector::general_protection) ||
                        scene.raised(ExceptionVector::invalid_tss) ||
                        scene.raised(ExceptionVector::segment_not_present) ||
                        scene.raised(ExceptionVector::stack_segment_fault);
    if (!vector || !scene.at_instruction("iret"))
        return {};
    const std::uint32_t selector = scene.oldest->error.value_or(0);
    return Explanation{
        .cause =
            fmt::format("{} executed IRET, which refused to return by what it found.", scene.who()),
        .detail = selector == 0 ? "" : fmt::format("Here it took {:#x} for a selector.", selector)};
}

std::optional<Explanation> divide_error(const Scene& scene) {
    if (!scene.raised(ExceptionVector::divide_error))
        return {};
    return Explanation{fmt::format("{} divided by 0, or the quotient had no room.", scene.who())};
}

}  // namespace

const RuleList code_rules{
    {"sse-not-enabled", sse_not_enabled},
    {"ran-into-ud2", trap_instruction},
    {"invalid-opcode", invalid_opcode},
    {"fpu-not-enabled", no_coprocessor},
    {"address-not-canonical", address_not_canonical},
    {"stack-misaligned", stack_misaligned},
    {"msr-refused", msr_refused},
    {"control-register-refused", register_refused<false>},
    {"trap-flag-set", single_step},
    {"debug-register-refused", register_refused<true>},
    {"return-address-overwritten", return_address},
    {"return-frame-wrong", interrupt_return},
    {"divide-error", divide_error},
};

}  // namespace diagnosis::any_kernel
