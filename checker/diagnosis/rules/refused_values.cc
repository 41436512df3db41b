// A control register that was to take a value which no processor takes.
#include <bit>
#include <fmt/format.h>

#include "checker/diagnosis/cpus.h"
#include "checker/diagnosis/operand.h"
#include "checker/diagnosis/rules/rules.h"

namespace diagnosis::rules {

namespace {

using x86::Cr0;

// What the CPU was about to move into CR0 or CR4 when the processor refused it, or where it has
// stood still since: QEMU 7.2 does not always get beyond a value that it refuses.
std::optional<std::uint64_t> refused_value(const Scene& scene, std::string_view mov) {
    if (!scene.registers())
        return {};
    const bool refused = scene.raised_at(ExceptionVector::general_protection, mov);
    const bool stands = scene.outcome == judgement::Outcome::hang && !scene.oldest;
    if (!refused && !stands)
        return {};
    const Location& where = refused ? scene.oldest->where : scene.cpu->where;
    if (!where.instruction.starts_with(mov) ||
        !(in_trampoline(where.address) || scene.in_seam(where)))
        return {};
    return source_value(where.instruction, *scene.registers());
}

// The value is one that is meant for CR3.
std::string_view meant_for_cr3(const Scene& scene, std::uint64_t value) {
    return scene.bsp_registers() && value == scene.bsp_registers()->control.cr3
               ? " That is the BSP's CR3."
               : "";
}

// Paging without protection, or caches that are off and yet not off. [sdm3 2.5]
bool contradicts_itself(Cr0 value) {
    return (value.has(x86::cr0::pg) && !value.has(x86::cr0::pe)) ||
           (value.has(x86::cr0::nw) && !value.has(x86::cr0::cd));
}

bool paging_without_protection(Cr0 value) {
    return value.has(x86::cr0::pg) && !value.has(x86::cr0::pe);
}

// How such a value came about, where it shows.
std::string_view how_it_came(std::uint64_t value) {
    constexpr unsigned pg = std::countr_zero(x86::cr0::pg.raw);
    return is_negative(value, pg)
               ? "Here bit 31, PG, was copied to all above it, as an `int` and an immediate of 32 "
                 "bits do."
               : left_by_a_stage(Cr0{value});
}

// Has come through protected_mode.asm, and is in real mode again; nobody has reset it.
bool left_protected_mode(const Scene& scene, const Cpu& cpu) {
    return !scene.oldest && evidence::reached(cpu, 'p') && in_real_mode(cpu) &&
           !still_waits(scene, cpu);
}

std::optional<Explanation> cr0_overwritten(const Scene& scene) {
    const auto value = refused_value(scene, "mov cr0");
    const Cpu* lost = first_cpu(scene, [&](const Cpu& cpu) {
        return cpu.registers && (paging_without_protection(cpu.registers->control.cr0) ||
                                 left_protected_mode(scene, cpu));
    });
    // Before long mode a CR0 may be refused for what other registers lack.
    const bool refused = value && (scene.reached('R') || contradicts_itself(Cr0{*value}));
    const bool no_paging = !refused && scene.registers() && scene.reached('R') &&
                           !scene.registers()->control.cr0.has(x86::cr0::pg);
    if (!refused && !no_paging && !lost)
        return {};
    const unsigned cpu = refused || no_paging ? scene.cpu->cpu : lost->cpu;
    return Explanation{
        .cause =
            refused ? fmt::format("CPU {} tried to write CR0 = {:#x} ({}), which is refused.", cpu,
                                  *value, judgement::bit_names(Register::cr0, *value))
            : no_paging
                ? fmt::format("CPU {} switched its paging off: CR0 was written without PG.", cpu)
                : fmt::format(
                      "CPU {} left protected mode: CR0 was written without PE, and is {:#x}.", cpu,
                      lost->registers->control.cr0.raw),
        .detail = std::string{how_it_came(refused     ? *value
                                          : no_paging ? scene.registers()->control.cr0.raw
                                                      : lost->registers->control.cr0.raw)},
        .compare = {Register::cr0},
        .cpu = cpu};
}

std::optional<Explanation> cr4_overwritten(const Scene& scene) {
    const auto value = refused_value(scene, "mov cr4");
    const Registers* registers = scene.registers();
    // Long mode is entered with PAE. QEMU lets go of it there, a processor does not.
    if (!value && registers && in_long_mode(*registers) &&
        !registers->control.cr4.has(x86::cr4::pae))
        return Explanation{
            .cause = fmt::format("CPU {} is in long mode and has lost CR4.PAE: CR4 was written "
                                 "without it.",
                                 scene.cpu->cpu),
            .compare = {Register::cr4}};
    if (!value)
        return {};
    return Explanation{
        .cause = fmt::format("CPU {} tried to write CR4 = {:#x} ({}), which is refused.{}",
                             scene.cpu->cpu, *value, judgement::bit_names(Register::cr4, *value),
                             meant_for_cr3(scene, *value)),
        .detail = x86::Cr4{*value}.has(x86::cr4::pcide) && !in_long_mode(*scene.registers())
                      ? "CR4.PCIDE can be set in long mode only, with EFER.LMA already 1; QEMU "
                        "does not ask. Nor has the BSP set it."
                      : "",
        .compare = {Register::cr4}};
}

}  // namespace

std::span<const Rule> refused_values_rules() {
    static constexpr auto all = std::to_array<Rule>({
        {"cr0-overwritten", cr0_overwritten},
        {"cr4-overwritten", cr4_overwritten},
    });
    return all;
}

}  // namespace diagnosis::rules
