#include <array>
#include <fmt/format.h>

#include "checker/causes/cause.h"
#include "checker/causes/facts.h"

namespace causes {

namespace {

using evidence::Exception;
using evidence::Registers;
using x86::ExceptionVector;

// INT3 with an empty IDT is one of the ways to reset a PC. Bochs tells only of what follows.
std::optional<Cause> deliberate_reset(const Autopsy& autopsy) {
    const bool breakpoint =
        raised(autopsy, ExceptionVector::breakpoint) ||
        (about_gate(*autopsy.oldest()) && selector_error(*autopsy.oldest()).index() == 3);
    if (!breakpoint || !autopsy.before || !autopsy.has_tables || autopsy.before->idt.limit != 0)
        return {};
    return Cause{
        "deliberate-reset",
        fmt::format("{} executed INT3 with an IDT of limit 0: kernels reset a PC that way.",
                    who(autopsy))};
}

// A timer whose interrupts come in as vectors 8 to 15, where a BIOS left them.
std::string legacy(unsigned vector) {
    constexpr unsigned first = 8, count = 8;
    return vector - first < count
               ? fmt::format(
                     "As an interrupt vector {} is IRQ {} of a PIC that was never given "
                     "other vectors; it is no {}.",
                     vector, vector - first, x86::mnemonic(static_cast<ExceptionVector>(vector)))
               : "";
}

std::optional<Cause> interrupt_without_gate(const Autopsy& autopsy) {
    const Exception& oldest = *autopsy.oldest();
    const bool knows = autopsy.before && autopsy.has_tables;
    const bool no_table = knows && oldest.cr2 && within(*oldest.cr2, autopsy.before->idt);
    // Where nothing stands before it in the log, the vector of the gate says that it was none of
    // the processor's own.
    const bool cut_off = !autopsy.has_memory && about_gate(oldest) &&
                         gate_of(autopsy, oldest) >= x86::exception_vector_count;
    const bool of_interrupt = autopsy.interrupt.has_value() || cut_off ||
                              (autopsy.engine == evidence::Engine::bochs && about_gate(oldest));
    if (!of_interrupt || (!about_gate(oldest) && !no_table))
        return {};
    const unsigned vector =
        autopsy.interrupt.value_or(static_cast<std::uint8_t>(gate_of(autopsy, oldest)));
    const bool empty = knows && no_idt(*autopsy.before);
    const char* gate = no_table              ? "is in a table that is not mapped"
                       : oldest.vector == 11 ? "is not present"
                                             : "is missing or no gate";
    return Cause{
        .id = "interrupt-without-gate",
        .text = fmt::format(
            "{} had an interrupt to deliver, vector {:#x}, and {}.", who(autopsy), vector,
            empty ? "no IDT was loaded" : fmt::format("gate {:#x} of its IDT {}", vector, gate)),
        .detail = legacy(vector)};
}

// In its table there is no such descriptor, or not the right one. What IRET took lay on the stack.
std::optional<Cause> bad_selector(const Autopsy& autopsy) {
    const Exception& oldest = *autopsy.oldest();
    if (!x86::names_selector(ExceptionVector{oldest.vector}) || oldest.error.value_or(0) == 0 ||
        about_gate(oldest) || at_instruction(autopsy, "iret"))
        return {};
    const x86::SelectorErrorCode error = selector_error(oldest);
    const char* table = error.ti() ? "LDT" : "GDT";
    const bool knows = autopsy.before && autopsy.has_tables && !error.ti();
    const std::uint32_t end = error.index() * 8 + 7;
    if (knows && end > autopsy.before->gdt.limit)
        return Cause{"selector-beyond-gdt",
                     fmt::format("{} used selector {:#x}, and its GDT ends before: limit {:#x}.",
                                 who(autopsy), error.index() * 8, autopsy.before->gdt.limit)};
    if (knows && autopsy.before->gdt.limit % 8 != 7)
        return Cause{"gdtr-garbage",
                     fmt::format("{} used selector {:#x}, and its GDTR holds no table: limit "
                                 "{:#x} is not 8 times a number, less 1.",
                                 who(autopsy), error.index() * 8, autopsy.before->gdt.limit)};
    return Cause{
        .id = "descriptor-wrong",
        .text = fmt::format("{} used selector {:#x}, and entry {} of its {} is not what it has to "
                            "be.",
                            who(autopsy), error.index() * 8, error.index(), table),
        .detail = oldest.vector == 11 ? "Here it is P." : ""};
}

}  // namespace

std::span<const Rule> descriptor_rules() {
    static constexpr auto rules =
        std::to_array<Rule>({deliberate_reset, interrupt_without_gate, bad_selector});
    return rules;
}

}  // namespace causes
