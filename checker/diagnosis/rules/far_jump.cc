// The far jump into 64-bit code, and other ways out of the trampoline.
#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "checker/diagnosis/exhibits_tables.h"
#include "checker/diagnosis/operand.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/diagnosis/tables.h"
#include "checker/evidence/questions.h"
#include "memory/layout.h"
#include "trampoline/tables.h"

namespace diagnosis::rules {

namespace {

using Register = judgement::ControlFlag::Register;
using x86::ExceptionVector;

// In a loop without end, before its far jump for all that the trace tells.
bool may_stand_before_its_jump(const Scene& scene) {
    return !scene.oldest && scene.cpu->loop && scene.cpu->loop->endless && !scene.reached('R');
}

// In the trampoline's 32-bit half, on the way to 64-bit code.
bool under_way(const Scene& scene) {
    return scene.registers() && scene.oldest && scene.reached('p') && !scene.reached('R');
}

std::optional<Explanation> far_jump_selector(const Scene& scene) {
    if (!under_way(scene) || !scene.raised(ExceptionVector::general_protection) ||
        !in_trampoline(scene.oldest->where.address))
        return {};
    const auto selector = selector_in(scene.oldest->where.instruction);
    if (!selector || *selector == trampoline::code_selector.raw)
        return {};
    return Explanation{.cause = fmt::format("CPU {}'s far jump names selector {:#04x}: {}.",
                                            scene.cpu->cpu, *selector, what_it_is(*selector))};
}

std::optional<Explanation> segment_selector(const Scene& scene) {
    constexpr std::array names{"ds", "es", "ss", "fs", "gs"};
    const auto tables = tables_found(scene);
    if (!scene.registers() || !scene.registers()->control.cr0.has(x86::cr0::pe) ||
        scene.reached('1') || !tables || table_flaw(scene, tables) ||
        !scene.raised(ExceptionVector::general_protection) ||
        !in_trampoline(scene.oldest->where.address))
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
    return Explanation{
        .cause = fmt::format("CPU {} loaded {} with selector {:#04x}: {}.", scene.cpu->cpu,
                             instruction.substr(4, 2), selector, what_it_is(selector)),
        .detail = real_mode ? "CR0.PE is set already, and from then on what a segment register is "
                              "loaded with is a selector, no longer a part of an address."
                            : "",
        .advice = real_mode ? "Zero the segment registers first, then set CR0.PE." : ""};
}

std::optional<Explanation> segment_limit(const Scene& scene) {
    constexpr std::uint32_t page_mask = 0xfff;
    if (!under_way(scene) || scene.registers()->cs.long_mode ||
        !in_trampoline(scene.oldest->where.address))
        return {};
    const bool target = scene.raised_at(ExceptionVector::general_protection, "jmp far [") &&
                        scene.registers()->ds.limit < page_mask;
    const bool stack = scene.raised(ExceptionVector::stack_segment_fault) &&
                       scene.registers()->ss.limit < page_mask;
    if (!target && !stack)
        return {};
    return Explanation{fmt::format(
        "CPU {} used memory through {}, whose limit is {:#x} in 32-bit code.", scene.cpu->cpu,
        target ? "DS" : "SS", target ? scene.registers()->ds.limit : scene.registers()->ss.limit)};
}

std::optional<Explanation> far_jump_astray(const Scene& scene) {
    if (!under_way(scene) || !scene.registers()->cs.long_mode ||
        !scene.registers()->control.efer.has(x86::efer::lma))
        return {};
    const evidence::Location& place = scene.oldest->where;
    const bool in_32_bit_part = place.symbol == "real_mode" || place.symbol == "protected_mode";
    if (in_trampoline(place.address) && (!in_32_bit_part || scene.reached('R')))
        return {};
    return Explanation{
        fmt::format("CPU {} is in 64-bit code, but at {:#x}, {}.", scene.cpu->cpu, place.address,
                    in_32_bit_part ? fmt::format("in {}: its far jump led there", place.symbol)
                                   : "outside the trampoline")};
}

std::optional<Explanation> gdt_entry_missing(const Scene& scene) {
    if (!scene.protection_fault_in_trampoline() || scene.selector_error().raw == 0 ||
        scene.selector_error().idt() || scene.selector_error().ti() ||
        scene.oldest->where.instruction.starts_with("iret"))  // its selector lay on the stack
        return {};
    // Its three lowest bits are not in the error code.
    const auto selector = static_cast<std::uint16_t>(scene.selector_error().raw & ~7u);
    const auto tables = tables_found(scene);
    const bool empty = tables && tables->gdt32_pointer.limit == 0 &&
                       tables->gdt32_pointer.base == 0 && !scene.reached('p');
    const auto* both = trampoline_page(scene.evidence);
    const auto changed =
        both && page_was_there(scene.evidence) ? tables_differ(*both) : std::nullopt;
    Explanation explanation{fmt::format(
        "CPU {} loaded selector {:#x}{}.", scene.cpu->cpu, selector,
        empty                     ? ", and its GDT is empty: gdt32 and its pointer are all zero"
        : in_trampoline(selector) ? fmt::format(": {}", what_it_is(selector))
        : changed
            ? fmt::format(", and its GDT was overwritten from {:#x} on, after the SIPI", *changed)
            : fmt::format(", and entry {} of its GDT is not what it has to be", selector / 8))};
    if (empty)
        explanation.advice =
            "Fill the tables and both pointers in `tables`, which is the image: lab 3 copies it to "
            "0x8000 afterwards, over whatever was written there before.";
    else if (changed)
        explanation.advice = "Look for what writes there: the tables begin where the stack ends.";
    if (const auto flaw = table_flaw(scene, tables)) {
        explanation.exhibits = exhibits(*flaw, scene.cpu);
        explanation.exhibits.push_back(pointer_exhibit(flaw->table, scene.cpu));
    }
    return explanation;
}

std::optional<Explanation> cs_not_64_bit(const Scene& scene) {
    if (!scene.registers() || scene.registers()->cs.long_mode ||
        !scene.registers()->control.efer.has(x86::efer::lma) || scene.lost_the_trampoline() ||
        may_stand_before_its_jump(scene))
        return {};
    return Explanation{
        .cause = fmt::format("CPU {} is in long mode, but its code segment is not a 64-bit one.",
                             scene.cpu->cpu),
        .compare = {Register::efer}};
}

}  // namespace

std::span<const Rule> far_jump_rules() {
    static constexpr auto all = std::to_array<Rule>({
        {"far-jump-selector", far_jump_selector},
        {"segment-selector", segment_selector},
        {"segment-limit", segment_limit},
        {"gdt-entry-missing", gdt_entry_missing},
        {"cs-not-64-bit", cs_not_64_bit},
        {"far-jump-astray", far_jump_astray},
    });
    return all;
}

}  // namespace diagnosis::rules
