// A control register that was written whole instead of bit by bit, or with what no processor takes.
#include <bit>
#include <fmt/format.h>

#include "checker/diagnosis/cpus.h"
#include "checker/diagnosis/operand.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/evidence/kernel_names.h"
#include "checker/evidence/words.h"
#include "x86/msr.h"

namespace diagnosis::rules {

namespace {

using x86::Cr0;
using x86::Efer;

// That there is such a register is certain: what it refuses is the value.
bool is_there(x86::Msr msr) {
    return msr == x86::Msr::efer || msr == x86::Msr::gs_base || msr == x86::Msr::kernel_gs_base;
}

// [sdm3 11.12.1.2] From the ID on; 0x800 and 0x801 are nobody's.
bool is_x2apic(std::uint32_t msr) {
    constexpr auto first = static_cast<std::uint32_t>(x86::x2apic_msr(x86::LapicRegister::id));
    return msr >= first && msr <= (static_cast<std::uint32_t>(x86::Msr::x2apic) | 0xff);
}

std::optional<Efer> refused_efer(const Scene& scene) {
    const auto value = refused_wrmsr(scene, x86::Msr::efer);
    return value ? std::optional{Efer{*value}} : std::nullopt;
}

// An AP without LME though the code around lab 5's seam set it before it called the seam.
const Cpu* ap_that_lost_lme(const Scene& scene) {
    return first_ap(scene, [&](const Cpu& cpu) {
        return scene.lab.number == labs::nx_wp && cpu.registers && evidence::reached(cpu, 'a') &&
               !cpu.registers->control.efer.has(x86::efer::lme);
    });
}

std::optional<Explanation> efer_overwritten(const Scene& scene) {
    const auto value = refused_efer(scene);
    const bool refused =
        value && !value->has(x86::efer::lme) && scene.registers()->control.cr0.has(x86::cr0::pg);
    const Cpu* cpu = refused ? scene.cpu : ap_that_lost_lme(scene);
    if (!cpu)
        return {};
    return Explanation{
        .cause = refused
                     ? fmt::format("CPU {} tried to write an EFER without LME while paging is on.",
                                   cpu->cpu)
                     : fmt::format("CPU {} lost EFER.LME: EFER was written without it.", cpu->cpu),
        .compare = {Register::efer},
        .cpu = cpu->cpu};
}

std::optional<Explanation> efer_reserved_bits(const Scene& scene) {
    const auto value = refused_efer(scene);
    if (!value)
        return {};
    Efer known{};
    for (const auto& named : x86::efer_names)
        known |= named.flag;
    const Efer strange = *value & ~known;
    if (strange.raw == 0)
        return {};
    return Explanation{
        .cause = fmt::format("CPU {} tried to write EFER with reserved bits set: {:#x}.",
                             scene.cpu->cpu, strange.raw),
        .detail = strange.raw > low_32_bits ? "EDX is not 0; RDMSR of EFER gives 0 there."
                  : scene.registers() && is_sum_with_nxe(*value, scene.registers()->control.efer)
                      ? std::string{sum_with_nxe}
                      : "They stand in EAX.",
        .compare = {Register::efer}};
}

std::optional<Explanation> wrong_msr(const Scene& scene) {
    const bool read = scene.raised_at(ExceptionVector::general_protection, "rdmsr");
    const bool at_msr = read || scene.raised_at(ExceptionVector::general_protection, "wrmsr");
    if (!at_msr || !scene.registers())
        return {};
    const auto msr = static_cast<std::uint32_t>(scene.registers()->rcx);
    if (is_there(x86::Msr{msr}))
        return {};
    const std::string_view mask = x86::name_of(Efer{msr}, x86::efer_names);
    const auto& callers = scene.cpu->callers;
    const bool called = scene.oldest->where.symbol == evidence::kernel_names::read_lapic &&
                        !callers.empty() && scene.in_seam(callers.front());
    if (!called && !scene.in_seam(scene.oldest->where))
        return {};
    return Explanation{
        .cause = fmt::format("CPU {} named MSR {:#x} in ECX{}, and the processor refused {}{}.",
                             scene.cpu->cpu, msr,
                             mask == "?" ? "" : fmt::format(", the mask of EFER.{}", mask),
                             read ? "to read it" : "it or its value",
                             called ? ": see " + evidence::lines_of(callers.front()) : ""),
        .detail = mask != "?"       ? "A mask belongs into EAX."
                  : !is_x2apic(msr) ? ""
                  : !in_x2apic_mode(scene)
                      ? "This one is the x2APIC's, and this CPU's is in xAPIC mode."
                  : read ? "This CPU's LAPIC is in x2APIC mode, and has no such register to read: "
                           "the ID is MSR 0x802."
                         : "",
        .advice = called ? fmt::format("Give `read_lapic()` the ID's offset in the xAPIC's page, "
                                       "0x20: it makes the MSR's number of it, 0x800 and the "
                                       "offset / 16. Here it was given {:#x} to {:#x}.",
                                       (msr & 0xff) << 4, (msr & 0xff) << 4 | 0xf)
                         : ""};
}

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

bool paging_without_protection(Cr0 value) {
    return value.has(x86::cr0::pg) && !value.has(x86::cr0::pe);
}

// So, or with caches that are off and yet not off. [sdm3 2.5]
bool contradicts_itself(Cr0 value) {
    return paging_without_protection(value) ||
           (value.has(x86::cr0::nw) && !value.has(x86::cr0::cd));
}

// CR0 has nothing where EFER has these. [sdm3 2.2.1, 2.5]
bool looks_like_efer(std::uint64_t value) {
    constexpr std::uint64_t bits = (x86::efer::lme | x86::efer::lma | x86::efer::nxe).raw;
    constexpr std::uint64_t cr0_reserves = 0xff80;
    return (value & x86::efer::lme.raw) != 0 && (value & cr0_reserves & ~bits) == 0;
}

// How such a value came about, where it shows.
std::string_view how_it_came(std::uint64_t value) {
    constexpr unsigned pg = std::countr_zero(x86::cr0::pg.raw);
    if (looks_like_efer(value))
        return "This one has bit 8, which CR0 reserves; in EFER that is LME.";
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
    const Cr0 cr0 = refused     ? Cr0{*value}
                    : no_paging ? scene.registers()->control.cr0
                                : lost->registers->control.cr0;
    return Explanation{
        .cause =
            refused ? fmt::format("CPU {} tried to write CR0 = {:#x} ({}), which is refused.", cpu,
                                  cr0.raw, judgement::bit_names(Register::cr0, cr0.raw))
            : no_paging
                ? fmt::format("CPU {} switched its paging off: CR0 was written without PG.", cpu)
                : fmt::format(
                      "CPU {} left protected mode: CR0 was written without PE, and is {:#x}.", cpu,
                      cr0.raw),
        .detail = std::string{how_it_came(cr0.raw)},
        .compare = {Register::cr0},
        .cpu = cpu};
}

// Bits 51 to 12 are the address; of the others CR3 takes 63 alone, and that where PCIDs are on.
std::optional<Explanation> cr3_refused(const Scene& scene) {
    constexpr unsigned end_of_address = 52;
    const auto value = refused_value(scene, "mov cr3");
    if (!value || *value >> end_of_address == 0)
        return {};
    return about(*scene.cpu,
                 "tried to write CR3 = {:#x}, which is refused: bits 63 to 52 are no address's.",
                 *value);
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

const RuleList control_registers_rules{
    {"efer-overwritten", efer_overwritten},
    {"efer-reserved-bits", efer_reserved_bits},
    {"wrong-msr", wrong_msr},
    {"cr0-overwritten", cr0_overwritten},
    {"control-register-refused", cr3_refused},
    {"cr4-overwritten", cr4_overwritten},
};

}  // namespace diagnosis::rules
