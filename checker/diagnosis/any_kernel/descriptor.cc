#include <fmt/format.h>

#include "checker/diagnosis/any_kernel/rules.h"
#include "checker/evidence/faults.h"

namespace diagnosis::any_kernel {

namespace {

// INT3 with an empty IDT is one of the ways to reset a PC. Bochs tells only of what follows.
std::optional<Explanation> deliberate_reset(const Scene& scene) {
    const bool breakpoint =
        scene.raised(ExceptionVector::breakpoint) ||
        (scene.oldest && about_gate(*scene.oldest) && scene.selector_error().index() == 3);
    if (!breakpoint || !scene.tables || scene.before->idt.limit != 0)
        return {};
    return Explanation{fmt::format(
        "{} executed INT3 with an IDT of limit 0: kernels reset a PC that way, and 0xcc fills "
        "gaps in code.",
        scene.who())};
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

std::optional<Explanation> interrupt_without_gate(const Scene& scene) {
    if (!scene.oldest)
        return {};
    const Exception& oldest = *scene.oldest;
    const bool no_table = scene.tables && oldest.cr2 && within(*oldest.cr2, scene.tables->idt);
    // Where nothing stands before it in the log, the vector of the gate says that it was none of
    // the processor's own.
    const bool cut_off = scene.evidence.log && about_gate(oldest) &&
                         gate_of(*scene.cpu, oldest) >= x86::exception_vector_count;
    const bool of_interrupt =
        scene.interrupt.has_value() || cut_off ||
        (scene.evidence.engine == evidence::Engine::bochs && about_gate(oldest));
    if (!of_interrupt || (!about_gate(oldest) && !no_table))
        return {};
    const unsigned vector = scene.interrupt ? *scene.interrupt : gate_of(*scene.cpu, oldest);
    const bool empty = scene.tables && no_idt(*scene.tables);
    const char* gate = no_table              ? "is in a table that is not mapped"
                       : oldest.vector == 11 ? "is not present"
                                             : "is missing or no gate";
    return Explanation{
        .cause = fmt::format(
            "{} had an interrupt to deliver, vector {:#x}, and {}.", scene.who(), vector,
            empty ? "no IDT was loaded" : fmt::format("gate {:#x} of its IDT {}", vector, gate)),
        .detail = legacy(vector)};
}

// What IRET took lay on the stack.
bool refused_a_selector(const Scene& scene) {
    return scene.oldest && x86::names_selector(ExceptionVector{scene.oldest->vector}) &&
           scene.selector_error().raw != 0 && !about_gate(*scene.oldest) &&
           !scene.at_instruction("iret");
}

// GDTR, where the selector is one of the GDT's.
const evidence::TableRegister* gdt_of(const Scene& scene) {
    const bool of_gdt = refused_a_selector(scene) && !scene.selector_error().ti();
    return of_gdt && scene.tables ? &scene.tables->gdt : nullptr;
}

std::optional<Explanation> selector_beyond_gdt(const Scene& scene) {
    const evidence::TableRegister* gdt = gdt_of(scene);
    const std::uint32_t selector = scene.selector_error().index() * 8;
    if (!gdt || selector + 7 <= gdt->limit)
        return {};
    return Explanation{fmt::format("{} used selector {:#x}, and its GDT ends before: limit {:#x}.",
                                   scene.who(), selector, gdt->limit)};
}

std::optional<Explanation> gdtr_garbage(const Scene& scene) {
    const evidence::TableRegister* gdt = gdt_of(scene);
    if (!gdt || gdt->limit % 8 == 7)
        return {};
    return Explanation{fmt::format(
        "{} used selector {:#x}, and its GDTR holds no table: limit {:#x} is not 8 times a number, "
        "less 1.",
        scene.who(), scene.selector_error().index() * 8, gdt->limit)};
}

// In its table there is no such descriptor, or not the right one.
std::optional<Explanation> descriptor_wrong(const Scene& scene) {
    if (!refused_a_selector(scene))
        return {};
    const x86::SelectorErrorCode error = scene.selector_error();
    return Explanation{
        .cause =
            fmt::format("{} used selector {:#x}, and entry {} of its {} is not what it has to be.",
                        scene.who(), error.index() * 8, error.index(), error.ti() ? "LDT" : "GDT"),
        .detail = scene.raised(ExceptionVector::segment_not_present) ? "Here it is P." : ""};
}

}  // namespace

const RuleList descriptor_rules{
    {"deliberate-reset", deliberate_reset},
    {"interrupt-without-gate", interrupt_without_gate},
    {"selector-beyond-gdt", selector_beyond_gdt},
    {"gdtr-garbage", gdtr_garbage},
    {"descriptor-wrong", descriptor_wrong},
};

}  // namespace diagnosis::any_kernel
