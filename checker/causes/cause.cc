#include "checker/causes/cause.h"

#include <array>
#include <fmt/format.h>

#include "checker/causes/facts.h"

namespace causes {

using evidence::Exception;
using evidence::Registers;
using x86::ExceptionVector;

namespace {

std::string name_of(const Exception& exception) {
    return std::string{x86::mnemonic(ExceptionVector{exception.vector})};
}

Cause handler_faults(const Autopsy& autopsy) {
    const auto& [every, count, began] = *autopsy.recursion;
    return Cause{
        "handler-faults",
        began ? fmt::format("{} raised {} at {:#x}, and its handler faulted again and again.",
                            who(autopsy), name_of(*began), began->where.address)
              : fmt::format("{} faulted in its own handler, again and again.", who(autopsy))};
}

Cause unknown(const Autopsy& autopsy) {
    if (autopsy.reporter == Reporter::kvm)
        return {"unknown", fmt::format("KVM stopped the machine; {}.",
                                       autopsy.cut_out ? "the registers were cut out of this report"
                                                       : "its registers do not prove why")};
    if (!autopsy.oldest())
        return Cause{
            "unknown",
            fmt::format("{} shut down, and the log has nothing of what led to it.", who(autopsy))};
    const std::string first = name_of(*autopsy.oldest());
    if (autopsy.before && autopsy.has_tables && no_idt(*autopsy.before) &&
        mode_of(*autopsy.before) != Mode::real)
        return Cause{"no-idt", fmt::format("{} raised {}, and had no IDT to handle it.",
                                           who(autopsy), first)};
    const bool code_missing = autopsy.oldest()->cr2 && !autopsy.oldest()->error;
    return Cause{
        "unknown",
        fmt::format("{} raised {}{}; {}.", who(autopsy), first,
                    code_missing ? fmt::format(" at {:#x}", *autopsy.oldest()->cr2) : "",
                    autopsy.cut_out
                        ? "the registers were cut out of this log, and without them it does not "
                          "prove why"
                    : code_missing ? "the log has not its error code, and does not prove why"
                                   : "the log does not prove why")};
}

std::string gate_is_wrong(const Autopsy& autopsy, const Exception& exception) {
    return fmt::format("gate {} of the IDT {}", gate_of(autopsy, exception),
                       exception.vector == 11 ? "is not present" : "is missing or no gate");
}

}  // namespace

std::string who(const Autopsy& autopsy) {
    if (autopsy.cpus == 1)
        return "The CPU";
    return autopsy.cpu ? fmt::format("CPU {}", *autopsy.cpu) : "A CPU";
}

bool no_idt(const Registers& registers) {
    constexpr std::uint32_t after_reset = 0xffff, of_bios = 0x3ff;
    const auto [base, limit] = registers.idt;
    return limit == 0 || (base == 0 && (limit == after_reset || limit == of_bios));
}

std::optional<Cause> proven_cause(const Autopsy& autopsy) {
    if (autopsy.recursion && autopsy.recursion->began)
        return handler_faults(autopsy);
    for (const Rule rule : state_rules())
        if (auto cause = rule(autopsy))
            return cause;
    if (autopsy.oldest())
        for (const auto rules : {frame_rules(), descriptor_rules(), paging_rules(), code_rules()})
            for (const Rule rule : rules)
                if (auto cause = rule(autopsy))
                    return cause;
    return autopsy.recursion ? std::optional{handler_faults(autopsy)} : std::nullopt;
}

Cause cause_of(const Autopsy& autopsy) {
    const auto proven = proven_cause(autopsy);
    return proven ? *proven : unknown(autopsy);
}

std::string unhandled(const Autopsy& autopsy) {
    if (autopsy.chain.size() > 1 && about_gate(autopsy.chain[1]) && !autopsy.before)
        return gate_is_wrong(autopsy, autopsy.chain[1]);
    if (!autopsy.before || autopsy.chain.empty())
        return "";
    const Registers& registers = *autopsy.before;
    if (autopsy.has_tables && registers.idt.limit == 0)
        return "no IDT: its limit is 0, so any exception ends in a triple fault";
    if (autopsy.has_tables && no_idt(registers) && mode_of(registers) != Mode::real)
        return "no IDT: its register is as a reset left it, so any exception ends in a triple "
               "fault";
    if (autopsy.chain.size() < 2)
        return "";
    const Exception& second = autopsy.chain[1];
    const std::string first = name_of(autopsy.chain[0]);
    if (about_gate(second))
        return gate_is_wrong(autopsy, second);
    if (second.cr2 && autopsy.has_tables && within(*second.cr2, registers.idt))
        return fmt::format("the IDT itself, at {:#x}, is not mapped", registers.idt.base);
    if (second.cr2 && beside_stack(*second.cr2, registers))
        return "the stack, to which the CPU has to push, cannot be written";
    if (second.vector == 12)
        return "the stack, to which the CPU has to push, cannot be used";
    if (second.vector == 10)
        return "the TSS is not valid";
    if (x86::names_selector(ExceptionVector{second.vector}) && second.error &&
        selector_error(second).index() != 0)
        return fmt::format("a gate names selector {:#x}, which is no code segment of its GDT",
                           *second.error & ~7u);
    return "";
}

}  // namespace causes
