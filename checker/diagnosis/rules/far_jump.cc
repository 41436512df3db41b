// The far jump into 64-bit code, and other ways out of the trampoline.
#include <algorithm>
#include <array>
#include <cstring>
#include <fmt/format.h>
#include <tuple>

#include "checker/diagnosis/operand.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/diagnosis/seam_code.h"
#include "checker/diagnosis/tables.h"
#include "checker/evidence/questions.h"
#include "checker/evidence/words.h"
#include "checker/process/output.h"
#include "trampoline/tables.h"

namespace diagnosis::rules {

namespace {

using guest::CodeSize;

// In a loop without end, before its far jump for all that the trace tells.
bool may_stand_before_its_jump(const Scene& scene) {
    return !scene.oldest && scene.cpu->loop && scene.cpu->loop->endless && !scene.reached('R');
}

std::string_view where_bits_belong(unsigned lab, unsigned assembled) {
    if (lab == labs::trampoline)
        return "All of real_mode.asm is `bits 16`, the far jump too: with `dword` it takes an "
               "offset of 32 bits, and what it leads to is in another file.";
    if (lab == labs::nx_wp)
        return "All of match_bsp.asm is `bits 32`: it is called before the far jump.";
    return assembled == 64
               ? "Write `bits 64` directly behind the far jump, not before it: the jump "
                 "itself is 32-bit code still."
               : "Write `bits 64` directly behind the far jump: what follows it runs "
                 "as 64-bit code.";
}

// Where it stands; or where it has come by on its way, and it may well have done as it is: in
// 32-bit code a REX prefix is DEC EAX, or one of its kin. That tells of lab 5's half, and elsewhere
// only if it went astray; with the old CS in long mode there may as well have been no far jump.
std::optional<Explanation> wrong_code_size(const Scene& scene) {
    if (!scene.cpu || !scene.registers() ||
        (!scene.oldest && scene.outcome != judgement::Outcome::hang))
        return {};
    const Registers& registers = *scene.registers();
    const Location& where = scene.oldest ? scene.oldest->where : scene.cpu->where;
    const bool real_mode = !scene.reached('p');
    const bool astray = !in_trampoline(where.address) && where.symbol.empty() &&
                        !scene.fetch_fault() && registers.control.cr0.has(x86::cr0::pe) &&
                        (registers.cs.long_mode || !in_long_mode(registers));
    const bool stands = scene.oldest && in_trampoline(where.address) && scene.page &&
                        !code_differs(*scene.page) &&
                        mode_of(registers) != evidence::Mode::compatibility;
    // From this letter on: the file leaves no other one before what leads out of it.
    for (const auto& [lab, file, from] : {std::tuple{labs::trampoline, "real_mode.asm", 'r'},
                                          {labs::long_mode, "long_mode.asm", 'l'},
                                          {labs::nx_wp, "match_bsp.asm", 'a'}}) {
        if (!scene.judges(lab))
            continue;
        std::string_view as = real_mode ? "16-bit" : short_name(mode_of(registers));
        auto found = stands ? misread(scene, registers, file) : std::nullopt;
        // Without paging nothing reads 64-bit code, wherever it stands.
        if (found && found->bits == 64 && scene.reached('l') &&
            !registers.control.cr0.has(x86::cr0::pg))
            found.reset();
        if (!found && (astray || lab == labs::nx_wp) && scene.reached(from) &&
            !scene.reached('R') && real_mode == (from == 'r')) {
            as = real_mode ? "16-bit" : "32-bit";
            found = first_misread(scene, file, real_mode ? CodeSize::bits16 : CodeSize::bits32);
        }
        if (found)
            return Explanation{
                .cause = fmt::format(
                    "CPU {} reads line {} of {} as {} code; it was assembled as {}-bit code.",
                    scene.cpu->cpu, found->line.line,
                    found->line.file.substr(found->line.file.rfind('/') + 1), as, found->bits),
                .detail =
                    fmt::format("The assembler wrote `{}`; what the CPU finds there is `{}`.",
                                found->meant, found->read.empty() ? "no instruction" : found->read),
                .advice = std::string{where_bits_belong(lab, found->bits)}};
    }
    return {};
}

// The selector that a jump or a return takes from the page, behind an offset of so many bytes.
std::optional<std::uint16_t> selector_taken(const Scene& scene, std::uint64_t offset_size) {
    const std::string_view text = scene.oldest->where.instruction;
    std::uint64_t pointer = 0;
    if (text.starts_with("jmp far [0x") || text.starts_with("call far [0x"))
        pointer = process::number_after(text, "[0x").value_or(0);
    else if (text.starts_with("ret far") || text.starts_with("retf"))
        pointer = scene.registers()->rsp;
    std::uint16_t selector = 0;
    const std::uint64_t at = pointer + offset_size - trampoline::page_address;
    if (!scene.page || pointer < trampoline::page_address ||
        at + sizeof(selector) > trampoline::page_size)
        return {};
    std::memcpy(&selector, scene.page->page.data() + at, sizeof(selector));
    return selector;
}

// The offset of a far pointer is as wide as the instruction's operands. [sdm1 3.6.1]
bool has_narrow_operands(const Scene& scene) {
    constexpr std::byte operand_size_prefix{0x66};
    const auto at = scene.oldest->where.address - trampoline::page_address;
    const bool prefixed = scene.page && scene.page->page[at] == operand_size_prefix;
    return (guest::code_size(*scene.registers()) == CodeSize::bits16) != prefixed;
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
    const bool narrow = !is_narrow && selector_taken(scene, 2) == trampoline::code_selector.raw;
    return Explanation{
        .cause = fmt::format("CPU {} took a far pointer from {}, and its selector is {:#x}: {}.",
                             scene.cpu->cpu, memory ? "memory" : "the stack", *selector,
                             what_it_is(*selector)),
        .detail = wide ? "16-bit code takes an offset of 16 bits, and for the selector what comes "
                         "next: here the upper half of the offset."
                  : narrow ? "Here the instruction takes an offset of 32 bits, whose upper half is "
                             "the selector that stands behind one of 16 bits."
                  : memory ? ""
                           : "RETF takes the offset from the top of the stack, and the selector "
                             "behind it. [sdm2 RET]",
        .advice =
            wide && memory ? "Say `dword`: `jmp dword far [...]` takes an offset of 32 bits."
            : wide         ? "Write `o32 retf`, which takes two dwords, or push two words."
            : narrow       ? "Give both the same width: an offset of 32 bits in memory, two dwords "
                             "pushed; or take 16 bits, as `retf` does in 16-bit code."
            : memory ? "In memory `dd offset` and `dw code_selector`, in this order, and read with "
                       "the DS that it counts from."
            : in_trampoline(*selector)
                ? "Push the selector first, then the offset."
                : "Push `code_selector`, then the offset. What a CALL has pushed has no selector: "
                  "return from that with RET."};
}

std::optional<Explanation> far_jump_selector(const Scene& scene) {
    if (!scene.enters_long_mode() || !scene.protection_fault_in_trampoline())
        return {};
    const auto selector = selector_in(scene.oldest->where.instruction);
    if (!selector || *selector == trampoline::code_selector.raw)
        return {};
    return Explanation{.cause = fmt::format("CPU {}'s far jump names selector {:#04x}: {}.",
                                            scene.cpu->cpu, *selector, what_it_is(*selector))};
}

std::optional<Explanation> segment_selector(const Scene& scene) {
    constexpr std::array names{"ds", "es", "ss", "fs", "gs"};
    if (!scene.registers() || !scene.registers()->control.cr0.has(x86::cr0::pe) ||
        scene.reached('1') || !tables_found(scene) || table_flaw(scene) ||
        !scene.protection_fault_in_trampoline())
        return {};
    const std::string& instruction = scene.oldest->where.instruction;
    const auto loaded = std::ranges::find_if(names, [&](const char* name) {
        return instruction.starts_with(fmt::format("mov {}, ", name));
    });
    const auto value = source_value(instruction, *scene.registers());
    if (loaded == names.end() || !value ||
        static_cast<std::uint16_t>(*value) == trampoline::data_selector.raw)
        return {};
    const auto selector = static_cast<std::uint16_t>(*value);
    const bool real_mode = scene.registers()->cs.base == trampoline::page_address;
    if (real_mode && selector == 0)
        return Explanation{
            .cause = fmt::format("CPU {} zeroed {} when it had set CR0.PE: 0 is the null selector "
                                 "then.",
                                 scene.cpu->cpu, instruction.substr(4, 2)),
            .advice = "Zero the segment registers first, in real mode; then set CR0.PE."};
    const bool lost =
        instruction.ends_with("ax") || instruction.ends_with("cx") || instruction.ends_with("dx");
    return Explanation{
        .cause = fmt::format("CPU {} loaded {} with selector {:#04x}: {}.", scene.cpu->cpu,
                             instruction.substr(4, 2), selector, what_it_is(selector)),
        .detail = lost ? "A selector that stood in EAX, ECX or EDX does not outlast `leave_stage`, "
                         "which changes them."
                       : ""};
}

// QEMU does not look whether one is null.
std::optional<Explanation> null_segment_used(const Scene& scene) {
    if (!scene.enters_long_mode() || scene.registers()->cs.long_mode ||
        !scene.protection_fault_in_trampoline() || scene.refused_to_jump() ||
        !scene.at_instruction("[") || x86::Selector{scene.registers()->ds.selector}.index() != 0)
        return {};
    return about(*scene.cpu, "used memory through DS, which has the null selector.");
}

std::optional<Explanation> segment_limit(const Scene& scene) {
    constexpr std::uint32_t page_mask = 0xfff;
    if (!scene.enters_long_mode() || !scene.oldest || scene.registers()->cs.long_mode ||
        !in_trampoline(scene.oldest->where.address))
        return {};
    const bool target = scene.raised_at(ExceptionVector::general_protection, "jmp far [") &&
                        scene.registers()->ds.limit < page_mask;
    const bool stack = scene.raised(ExceptionVector::stack_segment_fault) &&
                       scene.registers()->ss.limit < page_mask;
    if (!target && !stack)
        return {};
    return about(*scene.cpu, "used memory through {}, whose limit is {:#x} in 32-bit code.",
                 target ? "DS" : "SS",
                 target ? scene.registers()->ds.limit : scene.registers()->ss.limit);
}

std::optional<Explanation> far_jump_astray(const Scene& scene) {
    if (!scene.enters_long_mode() || !scene.registers()->cs.long_mode ||
        !in_long_mode(*scene.registers()))
        return {};
    const Location& place = scene.oldest ? scene.oldest->where : scene.cpu->where;
    const std::string how = jump_beside_the_page(scene, "long_mode.asm", *scene.registers());
    // Where nothing stopped it, it may as well have left by what comes behind the jump.
    if (!scene.oldest && (how.empty() || !place.symbol.empty()))
        return {};
    const bool in_32_bit_part = place.symbol == "real_mode" || place.symbol == "protected_mode";
    if (in_trampoline(place.address) && (!in_32_bit_part || scene.reached('R')))
        return {};
    return Explanation{
        .cause = fmt::format(
            "CPU {} is in 64-bit code, but at {:#x}, {}.", scene.cpu->cpu, place.address,
            in_32_bit_part ? fmt::format("in {}, which is no 64-bit code", place.symbol)
                           : "outside the trampoline"),
        .detail = how};
}

std::optional<Explanation> gdt_entry_missing(const Scene& scene) {
    if (!scene.protection_fault_in_trampoline() || scene.selector_error().raw == 0 ||
        scene.selector_error().idt() || scene.selector_error().ti() ||
        scene.oldest->where.instruction.starts_with("iret"))  // its selector lay on the stack
        return {};
    // Its three lowest bits are not in the error code.
    const auto selector = static_cast<std::uint16_t>(scene.selector_error().raw & ~7u);
    if (scene.at_instruction("ltr") || scene.at_instruction("lldt"))
        return Explanation{
            .cause =
                fmt::format("CPU {} loaded selector {:#x} by {}, which takes no code or data.",
                            scene.cpu->cpu, selector, scene.at_instruction("ltr") ? "LTR" : "LLDT"),
            .advice = "Leave TR and LDTR alone: the kernel loads them when the AP is in C++."};
    const auto tables = tables_found(scene);
    const bool empty = tables && tables->gdt32_pointer.limit == 0 &&
                       tables->gdt32_pointer.base == 0 && !scene.reached('p');
    const auto changed =
        scene.page && page_was_there(scene.evidence) ? tables_differ(*scene.page) : std::nullopt;
    Explanation explanation{fmt::format(
        "CPU {} loaded selector {:#x}{}.", scene.cpu->cpu, selector,
        empty                     ? ", and its GDT is empty: gdt32 and its pointer are all zero"
        : in_trampoline(selector) ? fmt::format(": {}", what_it_is(selector))
        : changed
            ? fmt::format(", and its GDT was overwritten from {:#x} on, after the SIPI", *changed)
            : fmt::format(", and entry {} of its GDT is not what it has to be", selector / 8))};
    if (changed)
        explanation.advice = "Look for what writes there: the tables begin where the stack ends.";
    if (const auto flaw = table_flaw(scene)) {
        explanation.exhibits = exhibits(*flaw, scene.cpu);
        explanation.exhibits.push_back(pointer_exhibit(flaw->table, scene.cpu));
    }
    return explanation;
}

std::optional<Explanation> cs_not_64_bit(const Scene& scene) {
    if (!scene.registers() || scene.registers()->cs.long_mode ||
        !in_long_mode(*scene.registers()) || scene.lost_the_trampoline() ||
        may_stand_before_its_jump(scene))
        return {};
    return Explanation{
        .cause = fmt::format("CPU {} is in long mode, but its code segment is not a 64-bit one.",
                             scene.cpu->cpu),
        .compare = {Register::efer}};
}

}  // namespace

const RuleList misread_code_rules{
    {"wrong-code-size", wrong_code_size},
    {"far-pointer-wrong", far_pointer_wrong},
};

const RuleList far_jump_rules{
    {"far-jump-selector", far_jump_selector}, {"segment-selector", segment_selector},
    {"segment-selector", null_segment_used},  {"segment-limit", segment_limit},
    {"gdt-entry-missing", gdt_entry_missing}, {"cs-not-64-bit", cs_not_64_bit},
    {"far-jump-astray", far_jump_astray},
};

}  // namespace diagnosis::rules
