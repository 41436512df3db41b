// The far jump into 64-bit code, and other ways out of the trampoline.
#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "checker/diagnosis/operand.h"
#include "checker/diagnosis/rules.h"
#include "checker/diagnosis/tables.h"
#include "checker/evidence/questions.h"
#include "memory/layout.h"
#include "trampoline/tables.h"

namespace diagnosis {

namespace {

using Register = judgement::ControlFlag::Register;
using x86::ExceptionVector;

// In the trampoline's 32-bit half, on the way to 64-bit code.
bool under_way(const Scene& scene) {
    return scene.registers() && scene.oldest && scene.reached('p') && !scene.reached('R');
}

}  // namespace

std::optional<Explanation> far_jump_selector(const Scene& scene) {
    if (!under_way(scene) || !scene.raised(ExceptionVector::general_protection) ||
        !in_trampoline(scene.oldest->where.address))
        return {};
    const auto selector = selector_in(scene.oldest->where.instruction);
    if (!selector || *selector == trampoline::code_selector.raw)
        return {};
    return Explanation{
        fmt::format("CPU {}'s far jump names selector {:#04x}: {}.", scene.cpu->cpu, *selector,
                    what_it_is(*selector)),
        fmt::format(
            "A far jump loads CS from that entry of the GDT, and the 64-bit code segment is "
            "entry 1: selector {:#04x}.",
            trampoline::code_selector.raw),
        "Jump through `code_selector`.",
        {}};
}

std::optional<Explanation> segment_selector(const Scene& scene) {
    constexpr std::array names{"ds", "es", "ss", "fs", "gs"};
    const auto tables = tables_found(scene);
    if (!scene.registers() || !scene.reached('p') || scene.reached('1') || !tables ||
        table_flaw(scene, tables) || !scene.raised(ExceptionVector::general_protection) ||
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
    return Explanation{
        fmt::format("CPU {} loaded {} with selector {:#04x}: {}.", scene.cpu->cpu,
                    instruction.substr(4, 2), selector, what_it_is(selector)),
        fmt::format("The tables are right: entry 2 is the data segment, selector {:#04x}. "
                    "`leave_stage` changes EAX, ECX and EDX, so a selector is loaded right before "
                    "it is used.",
                    trampoline::data_selector.raw),
        "Load the segment registers with `data_selector`.",
        {}};
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
    return Explanation{
        fmt::format("CPU {} used memory through {}, whose limit is {:#x} in 32-bit code.",
                    scene.cpu->cpu, target ? "DS" : "SS",
                    target ? scene.registers()->ds.limit : scene.registers()->ss.limit),
        "The data segment of the 64-bit table needs no limit: 64-bit code ignores it. Until the "
        "far "
        "jump the CPU runs 32-bit code, where the limit counts. QEMU does not check it; hardware "
        "and Bochs do.",
        "Load the data segments after the far jump, or use no memory between the two.",
        {}};
}

std::optional<Explanation> far_jump_astray(const Scene& scene) {
    if (!under_way(scene) || !scene.registers()->cs.long_mode ||
        !scene.registers()->control.efer.has(x86::efer::lma) ||
        in_trampoline(scene.oldest->where.address))
        return {};
    return Explanation{
        fmt::format("CPU {} is in 64-bit code, but at {:#x}, outside the trampoline.",
                    scene.cpu->cpu, scene.oldest->where.address),
        "The far jump loaded the right segment and the wrong offset: the CPU ran over whatever "
        "lies there until something faulted. Segments begin at 0 here, so an offset is the whole "
        "address; it counts from the page in real mode only.",
        "Jump to the label as the linker places it.",
        {}};
}

std::optional<Explanation> ran_astray(const Scene& scene) {
    if (!scene.registers() || !scene.cpu || !evidence::started(*scene.cpu) || scene.fetch_fault())
        return {};
    const evidence::Location& place = scene.oldest ? scene.oldest->where : scene.cpu->where;
    const bool in_64_bit = scene.registers()->cs.long_mode;
    if (in_trampoline(place.address) || !place.symbol.empty() || !place.file.empty() ||
        (!scene.oldest && (in_64_bit || scene.registers()->halted)))
        return {};
    const auto mode = evidence::mode_of(*scene.registers());
    return Explanation{
        fmt::format("CPU {} runs {} at {:#x}, which is nobody's; its last stage is '{}'.",
                    scene.cpu->cpu,
                    mode == evidence::Mode::real ? "real-mode code"
                    : in_64_bit                  ? "64-bit code"
                                                 : "32-bit code",
                    place.address, scene.cpu->trace.back()),
        fmt::format("A jump or a call to a wrong address leads there, or a RET that took something "
                    "else than its return address from the stack{}. From then on the CPU executes "
                    "whatever lies in its way.",
                    mode == evidence::Mode::real
                        ? ", or an exception, whose handlers in real mode are the BIOS's"
                        : ""),
        "Count pushes against pops, and look at each jump after that stage.",
        {}};
}

}  // namespace diagnosis
