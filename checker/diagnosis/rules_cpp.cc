#include <fmt/format.h>

#include "checker/diagnosis/rules.h"

namespace diagnosis {

namespace {

using Register = judgement::ControlFlag::Register;
using x86::ExceptionVector;

}  // namespace

std::optional<Explanation> gs_base_missing(const Scene& scene) {
    // After letter 3, once the protections are the BSP's, GS is asked for the CPU's record.
    if (!scene.oldest || !scene.registers() || !scene.registers()->cs.long_mode ||
        !scene.reached('3') || scene.registers()->gs.base != 0)
        return {};
    // The record may be there (letter 4), and not be led to; or the kernel asks for it already.
    if (!scene.reached('4') && scene.oldest->where.symbol != "ap_entry64")
        return {};
    return Explanation{
        fmt::format("CPU {} used its per-CPU record through a GS base that is 0.", scene.cpu->cpu),
        "With GS base 0 the record is read from address 0: the BIOS's interrupt vector table while "
        "low memory is mapped, nothing afterwards.",
        "Write the address of the CPU's record to the MSR GS_BASE before anything asks for it.",
        {}};
}

std::optional<Explanation> lapic_not_mapped(const Scene& scene) {
    constexpr std::uint64_t lapic = 0xfee00000, lapic_size = 0x1000;
    if (!scene.raised(ExceptionVector::page_fault) || scene.page_fault_with(x86::page_fault::p) ||
        !scene.oldest->cr2 || *scene.oldest->cr2 < lapic ||
        *scene.oldest->cr2 >= lapic + lapic_size)
        return {};
    return Explanation{
        fmt::format("CPU {} used the local APIC at its physical address, which is not mapped.",
                    scene.cpu->cpu),
        "The kernel maps the APIC's registers in its own space of MMIO; the address that the MADT "
        "gives is physical.",
        "Go through the kernel's functions for the local APIC.",
        {}};
}

std::optional<Explanation> sse_not_enabled(const Scene& scene) {
    if (!scene.raised_at(ExceptionVector::invalid_opcode, "xmm") || !scene.registers() ||
        scene.registers()->control.cr4.has(x86::cr4::osfxsr))
        return {};
    return Explanation{
        fmt::format("CPU {} executed an SSE instruction, and CR4.OSFXSR is 0.", scene.cpu->cpu),
        "The kernel is compiled without SSE and never enables it; such an instruction is #UD.",
        "Keep floating point, vectors and hand-written SSE out of kernel code.",
        {Register::cr4}};
}

}  // namespace diagnosis
