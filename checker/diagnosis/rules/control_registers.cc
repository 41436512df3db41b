#include <fmt/format.h>

#include "checker/diagnosis/cpus.h"
#include "checker/diagnosis/operand.h"
#include "checker/diagnosis/rules/rules.h"
#include "checker/evidence/kernel_names.h"
#include "checker/evidence/words.h"
#include "x86/msr.h"

namespace diagnosis::rules {

namespace {

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
        .cause = fmt::format("CPU {} named MSR {:#x} in ECX, and the processor refused {}{}.",
                             scene.cpu->cpu, msr, read ? "to read it" : "it or its value",
                             called ? ": see " + evidence::lines_of(callers.front()) : ""),
        .detail =
            mask != "?" ? fmt::format("That is the mask of EFER.{}, which belongs into EAX.", mask)
            : !is_x2apic(msr)        ? ""
            : !in_x2apic_mode(scene) ? "This one is the x2APIC's, and this CPU's is in xAPIC mode."
            : read ? "This CPU's LAPIC is in x2APIC mode, and has no such register to read: "
                     "the ID is MSR 0x802."
                   : "",
        .advice = called ? fmt::format("Give `read_lapic()` the ID's offset in the xAPIC's page, "
                                       "0x20: it makes the MSR's number of it, 0x800 and the "
                                       "offset / 16. Here it was given {:#x} to {:#x}.",
                                       (msr & 0xff) << 4, (msr & 0xff) << 4 | 0xf)
                         : ""};
}

}  // namespace

std::span<const Rule> control_registers_rules() {
    static constexpr auto all = std::to_array<Rule>({
        {"efer-overwritten", efer_overwritten},
        {"efer-reserved-bits", efer_reserved_bits},
        {"wrong-msr", wrong_msr},
    });
    return all;
}

}  // namespace diagnosis::rules
