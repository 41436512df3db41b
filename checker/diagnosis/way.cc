#include "checker/diagnosis/way.h"

#include <fmt/format.h>

#include "checker/evidence/questions.h"
#include "trampoline/tables.h"

namespace diagnosis {

namespace {

// From the SIPI to protected_mode.
std::optional<MissingStep> in_real_mode(const Scene& scene, const Cpu& cpu,
                                        const Registers& registers) {
    if (!registers.control.cr0.has(x86::cr0::pe)) {
        const bool loaded =
            scene.page &&
            registers.gdt.base == evidence::tables_in_image(*scene.page).gdt32_pointer.base;
        if (!loaded)
            return MissingStep{Step::gdt, "its GDT is not loaded, and CR0.PE is still 0",
                               evidence::reached(cpu, 'r')
                                   ? "LGDT, CR0.PE, the far jump"
                                   : "the segments and stage 'r', LGDT, CR0.PE, the far jump"};
        return MissingStep{Step::protection, "its GDT is loaded, and CR0.PE is still 0",
                           "CR0.PE, and the far jump to `protected_mode`"};
    }
    if (!registers.cs.size_32)
        return MissingStep{Step::code_segment,
                           "CR0.PE is set, and CS is still that of real mode, 16-bit code",
                           "the far jump to `protected_mode`, with a 32-bit offset"};
    return {};
}

// Before CR0.PG. The first three can be done in any order; this is the handout's.
std::optional<MissingStep> before_paging(const Scene& scene, const Cpu& cpu,
                                         const Registers& registers) {
    const x86::ControlState& control = registers.control;
    if (!control.cr4.has(x86::cr4::pae))
        return MissingStep{Step::pae, "CR4.PAE is still 0",
                           "CR4.PAE; CR3 and EFER.LME, too, come before CR0.PG"};
    if (scene.bsp_registers() && control.cr3 != scene.bsp_registers()->control.cr3)
        return MissingStep{Step::cr3, fmt::format("CR3 is {:#x}, not the BSP's", control.cr3),
                           "CR3 from the mailbox, and stage 'a'"};
    if (!control.efer.has(x86::efer::lme))
        return MissingStep{Step::lme, "EFER.LME is still 0",
                           "EFER.LME by RDMSR and WRMSR, lab 5's half, stage 'l'"};
    return MissingStep{Step::paging, "CR0.PG is still 0",
                       evidence::reached(cpu, 'l')
                           ? "CR0.PG, and the far jump"
                           : "lab 5's half and stage 'l', then CR0.PG and the far jump"};
}

bool on_its_stack(const Scene& scene, const Registers& registers) {
    constexpr std::uint64_t slack = 0x1000;
    const std::uint64_t top = scene.page ? evidence::mailbox_in(*scene.page).stack_top : 0;
    return top != 0 && registers.rsp <= top + slack && registers.rsp + slack > top;
}

// From the far jump to C++.
MissingStep in_64_bit_code(const Scene& scene, const Cpu& cpu, const Registers& registers) {
    if (!on_its_stack(scene, registers))
        return {
            Step::stack,
            fmt::format("it is in 64-bit code, and RSP is {:#x}, not its stack", registers.rsp),
            (registers.ss.selector == trampoline::data_selector.raw ? "" : "the data segments, ") +
                std::string{"RSP and the entry from the mailbox, stage 'R'"}};
    const auto reached = [&](char stage) { return evidence::reached(cpu, stage); };
    return {Step::entry, "it has its stack, and nothing calls its entry",
            reached('W')   ? "the call of the entry"
            : reached('J') ? "the mailbox in RDI, stage 'W', the call"
            : reached('R') ? "the check of the entry, stage 'J', the mailbox in RDI, stage 'W', "
                             "the call"
                           : "the entry from the mailbox, stage 'R', the check"};
}

}  // namespace

std::optional<MissingStep> first_missing(const Scene& scene, const Cpu& cpu,
                                         const Registers& registers) {
    if (cpu.arrival)
        return {};
    if (!evidence::reached(cpu, 'p'))
        return scene.judges(labs::trampoline) ? in_real_mode(scene, cpu, registers) : std::nullopt;
    if (!scene.judges(labs::long_mode))
        return {};
    if (!registers.control.cr0.has(x86::cr0::pg))
        return before_paging(scene, cpu, registers);
    if (!in_long_mode(registers))
        return {};  // some other paging: that has rules of its own
    if (registers.cs.long_mode)
        return in_64_bit_code(scene, cpu, registers);
    return MissingStep{Step::code_64, "paging is on, and its code segment is still a 32-bit one",
                       "the far jump through `code_selector` into 64-bit code"};
}

}  // namespace diagnosis
