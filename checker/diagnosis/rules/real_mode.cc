// Lab 3, the AP's half: from 16-bit code to 32-bit code.
#include <algorithm>
#include <charconv>
#include <cstring>
#include <fmt/format.h>

#include "checker/diagnosis/aps.h"
#include "checker/diagnosis/exhibits_tables.h"
#include "checker/diagnosis/operand.h"
#include "checker/diagnosis/places.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/diagnosis/seam_code.h"
#include "checker/evidence/questions.h"

namespace diagnosis::rules {

namespace {

using evidence::Cpu;
using evidence::Registers;
using Register = judgement::ControlFlag::Register;
using x86::ExceptionVector;

// The AP of the scene, before letter p.
const Registers* before_protected_mode(const Scene& scene) {
    return scene.cpu && scene.cpu->cpu != 0 && !scene.reached('p') ? scene.registers() : nullptr;
}

// #GP for a selector, at a jump or return in the trampoline.
std::optional<x86::SelectorErrorCode> refused_selector(const Scene& scene) {
    if (!scene.raised(ExceptionVector::general_protection) || !scene.oldest->error ||
        !in_trampoline(scene.oldest->where.address))
        return {};
    const x86::SelectorErrorCode error{*scene.oldest->error};
    return error.idt() || error.ti() || error.raw == 0 ? std::nullopt : std::optional{error};
}

// Letters of later stages, and not that of protected_mode.asm.
bool skipped_protected_mode(const Cpu& cpu) {
    return cpu.cpu != 0 && !evidence::reached(cpu, 'p') &&
           (evidence::reached(cpu, 'a') || evidence::reached(cpu, 'l'));
}

bool goes_to_a_segment(std::string_view instruction) {
    return instruction.starts_with("jmp") || instruction.starts_with("ret") ||
           instruction.starts_with("call");
}

bool holds(const evidence::TableRegister& table, x86::TablePointer32 pointer) {
    return table.base == pointer.base && table.limit == pointer.limit;
}

// Why the GDTR is not what it should be, as far as the registers show.
std::string what_lgdt_did(const Registers& registers, const trampoline::Tables& tables) {
    if (holds(registers.gdt, tables.gdt64_pointer))
        return "That is the 64-bit table: LGDT read gdt64_pointer.";
    if (holds(registers.idt, tables.gdt32_pointer))
        return "The IDTR holds it: the instruction was LIDT.";
    if (registers.ds.base != 0)
        return fmt::format("DS begins at {:#x}, so what is read through it lies that much higher.",
                           registers.ds.base);
    if (registers.gdt.base == 0 && registers.gdt.limit == 0xffff)
        return "GDTR is as INIT leaves it.";
    if (registers.gdt.base == 0 && registers.gdt.limit == 0)
        return "LGDT read zeros, such as the null descriptor is, with which the table itself "
               "begins: what it wants is the address of the pointer.";
    return "LGDT read its six bytes from somewhere else.";
}

std::optional<Explanation> gdt_not_loaded(const Scene& scene) {
    const Registers* registers = before_protected_mode(scene);
    const auto tables = tables_found(scene);
    if (!registers || !tables || table_flaw(scene, tables) || tables->gdt32[1].raw == 0 ||
        !scene.protection_fault_in_trampoline() || !registers->control.cr0.has(x86::cr0::pe) ||
        scene.selector_error().idt() || scene.selector_error().ti() ||
        !goes_to_a_segment(scene.oldest->where.instruction))
        return {};
    const TableInPage table = gdt32(*tables);
    const std::uint32_t base = table.pointer.base;
    if (registers->gdt.base == base && registers->gdt.limit == table.pointer.limit)
        return {};
    return Explanation{
        .cause = fmt::format("CPU {} jumped with GDTR {:#x}, limit {:#x}, and gdt32_pointer says "
                             "{:#x}, limit {:#x}.",
                             scene.cpu->cpu, registers->gdt.base, registers->gdt.limit, base,
                             std::uint16_t{table.pointer.limit}),
        .detail = what_lgdt_did(*registers, *tables),
        .advice =
            registers->ds.base != 0 ? "Zero DS first, then load gdt32_pointer with LGDT." : "",
        .exhibits = {pointer_exhibit(table, scene.cpu)}};
}

std::optional<Explanation> protected_mode_skipped(const Scene& scene) {
    const Cpu* cpu = first_ap(scene, skipped_protected_mode);
    if (!scene.judges(labs::trampoline) || !cpu)
        return {};
    return Explanation{
        .cause =
            fmt::format("CPU {} left '{}' and never 'p': it did not come through `protected_mode`.",
                        cpu->cpu, evidence::reached(*cpu, 'a') ? 'a' : 'l'),
        .cpu = cpu->cpu};
}

Explanation misread_code(const Cpu& cpu, const Misread& found, std::string_view as) {
    return {.cause = fmt::format(
                "CPU {} reads {}-bit code as {}: line {} of {} is not in its code size.", cpu.cpu,
                found.bits, as, found.line.line,
                found.line.file.substr(found.line.file.rfind('/') + 1)),
            .detail = fmt::format("The assembler wrote `{}`; what the CPU finds there is `{}`.",
                                  found.meant, found.read.empty() ? "no instruction" : found.read)};
}

std::optional<Explanation> wrong_code_size(const Scene& scene) {
    constexpr auto files =
        std::to_array<std::pair<unsigned, const char*>>({{labs::trampoline, "real_mode.asm"},
                                                         {labs::long_mode, "long_mode.asm"},
                                                         {labs::nx_wp, "match_bsp.asm"}});
    if (!scene.oldest || !scene.registers() || !in_trampoline(scene.oldest->where.address) ||
        mode_of(*scene.registers()) == evidence::Mode::compatibility)
        return {};
    for (const auto& [lab, file] : files) {
        const auto found =
            scene.judges(lab) ? misread(scene, *scene.registers(), file) : std::nullopt;
        // Without paging nothing reads 64-bit code, wherever it stands.
        if (!found || (found->bits == 64 && scene.reached('l') &&
                       !scene.registers()->control.cr0.has(x86::cr0::pg)))
            continue;
        return misread_code(*scene.cpu, *found, short_name(mode_of(*scene.registers())));
    }
    return {};
}

// Astray: what it executed last in the student's code, it has read as other instructions.
std::optional<Explanation> led_astray_by_code_size(const Scene& scene) {
    if (!scene.cpu || scene.cpu->cpu == 0 || !scene.registers() || scene.reached('R'))
        return {};
    const bool in_32_bit_code = scene.reached('p');
    const evidence::Location& where = scene.oldest ? scene.oldest->where : scene.cpu->where;
    const x86::ControlState& control = scene.registers()->control;
    // In long mode with the old CS it may as well have come there without any far jump.
    if (in_trampoline(where.address) || !where.symbol.empty() || scene.fetch_fault() ||
        !evidence::started(*scene.cpu) || !control.cr0.has(x86::cr0::pe) ||
        !scene.judges(in_32_bit_code ? labs::long_mode : labs::trampoline) ||
        (control.efer.has(x86::efer::lma) && !scene.registers()->cs.long_mode))
        return {};
    const auto found = in_32_bit_code
                           ? first_misread(scene, "long_mode.asm", guest::CodeSize::bits32)
                           : first_misread(scene, "real_mode.asm", guest::CodeSize::bits16);
    const std::size_t left = scene.cpu->trace.size() - (in_32_bit_code ? 2 : 0);
    if (!found || found->stages > left)
        return {};
    return misread_code(*scene.cpu, *found, in_32_bit_code ? "32-bit" : "16-bit");
}

// The selector that a jump or a return takes from the page, behind an offset of so many bytes.
std::optional<std::uint16_t> selector_taken(const Scene& scene, std::uint64_t offset_size) {
    const std::string_view text = scene.oldest->where.instruction;
    const auto* both = trampoline_page(scene.evidence);
    const std::size_t bracket = text.find("[0x");
    std::uint64_t pointer = 0;
    if (text.starts_with("jmp far [0x") || text.starts_with("call far [0x"))
        std::from_chars(text.data() + bracket + 3, text.data() + text.size(), pointer, 16);
    else if (text.starts_with("ret far") || text.starts_with("retf"))
        pointer = scene.registers()->rsp;
    std::uint16_t selector = 0;
    const std::uint64_t at = pointer + offset_size - trampoline::page_address;
    if (!both || pointer < trampoline::page_address ||
        at + sizeof(selector) > trampoline::page_size)
        return {};
    std::memcpy(&selector, both->page.data() + at, sizeof(selector));
    return selector;
}

// The offset of a far pointer is as wide as the instruction's operands. [sdm1 3.6.1]
bool has_narrow_operands(const Scene& scene) {
    constexpr std::byte operand_size_prefix{0x66};
    const auto* both = trampoline_page(scene.evidence);
    const auto at = scene.oldest->where.address - trampoline::page_address;
    const bool prefixed = both && both->page[at] == operand_size_prefix;
    return (guest::code_size(*scene.registers()) == guest::CodeSize::bits16) != prefixed;
}

std::optional<Explanation> far_pointer_wrong(const Scene& scene) {
    if (!scene.oldest || !scene.registers() || !in_trampoline(scene.oldest->where.address) ||
        !scene.oldest->error || !scene.in_seam(scene.oldest->where) ||
        scene.registers()->cs.long_mode)
        return {};
    const bool is_narrow = has_narrow_operands(scene);
    const auto selector = selector_taken(scene, is_narrow ? 2 : 4);
    if (!selector || (*selector & ~7u) == trampoline::code_selector.raw ||
        scene.selector_error().raw != (*selector & 0xfffcu))
        return {};
    const bool memory = !scene.oldest->where.instruction.starts_with("ret");
    const bool wide = is_narrow && selector_taken(scene, 4) == trampoline::code_selector.raw;
    return Explanation{
        .cause = fmt::format("CPU {} took a far pointer from {}, and its selector is {:#x}: {}.",
                             scene.cpu->cpu, memory ? "memory" : "the stack", *selector,
                             what_it_is(*selector)),
        .detail = wide ? "16-bit code takes an offset of 16 bits, and for the selector what comes "
                         "next: here the upper half of the offset."
                  : memory ? ""
                           : "RETF takes the offset from the top of the stack, and the selector "
                             "behind it. A CALL or a PUSH of one word leaves no selector there. "
                             "[sdm2 RET]",
        .advice = wide     ? "Say `dword`: `jmp dword far [...]` takes an offset of 32 bits."
                  : memory ? "In memory `dd offset` and `dw selector`, in this order."
                           : "Push the selector first, then the offset; or return with RET."};
}

std::optional<Explanation> wrong_selector(const Scene& scene) {
    const auto tables = tables_found(scene);
    if (!before_protected_mode(scene) || !tables || table_flaw(scene, tables) ||
        !scene.raised(ExceptionVector::general_protection) ||
        !in_trampoline(scene.oldest->where.address) ||
        !scene.oldest->where.instruction.starts_with("jmp"))
        return {};
    const std::uint64_t base = scene.registers()->gdt.base;
    if (base != gdt32(*tables).address)
        return {};
    // A jump through memory does not say its selector, and #GP leaves its lowest bits out.
    auto selector = selector_in(scene.oldest->where.instruction);
    if (const auto error = refused_selector(scene); !selector && error)
        selector = static_cast<std::uint16_t>(error->raw & ~7u);
    if (!selector || *selector == trampoline::code_selector.raw)
        return {};
    return Explanation{fmt::format("CPU {} jumped with selector {:#x}: {}.", scene.cpu->cpu,
                                   *selector, what_it_is(*selector))};
}

std::optional<Explanation> paging_too_early(const Scene& scene) {
    const Registers* registers = before_protected_mode(scene);
    if (!scene.judges(labs::trampoline) || !registers ||
        !registers->control.cr0.has(x86::cr0::pg) || registers->control.efer.has(x86::efer::lma) ||
        (scene.oldest && !scene.in_seam(scene.oldest->where)))
        return {};
    return Explanation{
        .cause =
            fmt::format("CPU {} turned paging on before it had any page tables.", scene.cpu->cpu),
        .detail = fmt::format("Here CR3 is {:#x}.", registers->control.cr3),
        .compare = {Register::cr0, Register::cr4}};
}

std::optional<Explanation> cs_not_reloaded(const Scene& scene) {
    const Registers* registers = before_protected_mode(scene);
    if (!registers || !registers->control.cr0.has(x86::cr0::pe) ||
        registers->control.cr0.has(x86::cr0::pg) || registers->cs.size_32 ||
        registers->cs.base != trampoline::page_address ||
        (scene.oldest && scene.oldest->where.file.ends_with("real_mode.asm")))
        return {};
    return Explanation{
        .cause = fmt::format("CPU {} set CR0.PE and runs 32-bit code in the CS of real mode.",
                             scene.cpu->cpu),
        .detail = fmt::format("Here CS is still {:#06x}, with base {:#x}.", registers->cs.selector,
                              registers->cs.base),
        .compare = {Register::cr0}};
}

std::optional<Explanation> protected_mode_missing(const Scene& scene) {
    const auto& cpus = scene.evidence.cpus;
    const auto tables = tables_found(scene);
    if (!scene.judges(labs::trampoline) || !tables)
        return {};
    const TableInPage table = gdt32(*tables);
    const std::uint32_t base = table.pointer.base;
    const auto lost = std::ranges::find_if(cpus, [&](const Cpu& cpu) {
        return cpu.cpu != 0 && cpu.registers && !cpu.registers->control.cr0.has(x86::cr0::pe) &&
               cpu.registers->gdt.base == base && !scene.in_seam(cpu.where);
    });
    if (base != table.address || lost == cpus.end())
        return {};
    return Explanation{
        .cause = fmt::format(
            "CPU {} has loaded its GDT and left the trampoline, with CR0.PE still 0.", lost->cpu),
        .detail = std::string{left_by_a_stage(lost->registers->control.cr0)},
        .compare = {Register::cr0},
        .cpu = lost->cpu};
}

std::optional<Explanation> ap_sleeps(const Scene& scene) {
    const auto& cpus = scene.evidence.cpus;
    const auto asleep = std::ranges::find_if(cpus, [&](const Cpu& cpu) {
        return cpu.cpu != 0 && halted_for_good(cpu) && !evidence::started(cpu) &&
               scene.in_seam(cpu.where);
    });
    if (asleep == cpus.end() || scene.oldest)
        return {};
    return Explanation{
        .cause = fmt::format("CPU {} was started, and halted in your own code.", asleep->cpu),
        .cpu = asleep->cpu};
}

}  // namespace

std::span<const Rule> misread_code_rules() {
    static constexpr auto all = std::to_array<Rule>({
        {"wrong-code-size", wrong_code_size},
        {"wrong-code-size", led_astray_by_code_size},
        {"far-pointer-wrong", far_pointer_wrong},
    });
    return all;
}

std::span<const Rule> real_mode_rules() {
    static constexpr auto all = std::to_array<Rule>({
        {"gdt-not-loaded", gdt_not_loaded},
        {"protected-mode-skipped", protected_mode_skipped},
        {"wrong-selector", wrong_selector},
        {"paging-too-early", paging_too_early},
        {"protected-mode-missing", protected_mode_missing},
        {"ap-sleeps", ap_sleeps},
        {"cs-not-reloaded", cs_not_reloaded},
    });
    return all;
}

}  // namespace diagnosis::rules
